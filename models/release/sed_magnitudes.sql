-- What the spectra fitted to sources of known class look like in each filter: in those that were
-- observed, and in those they are translated into.
{#- of each set the first variant is that of the catalogue -#}
{% set variants = {
    'muwclass': var('studies').get('sed_variants', {'chosen': {}}),
    'xclass': var('xclass_variants'),
} %}
{% set filters = {
    'muwclass': ['gaia_bp', 'gaia_g', 'gaia_rp', 'twomass_J', 'twomass_H', 'twomass_Ks'],
    'xclass': var('sed_input_filters'),
} %}
with
    fits as (
        select 'muwclass' as training_set, fits.*, bands.magnitudes as seen, bands.errors as e_seen
        from {{ ref('sed_fits') }} as fits
        inner join
            (
                select
                    csc_name,
                    [bpmag, gmag, rpmag, jmag, hmag, kmag] as magnitudes,
                    [e_bpmag, e_gmag, e_rpmag, e_jmag, e_hmag, e_kmag] as errors
                from {{ ref('muwclass_training') }}
            ) as bands using (csc_name)
        where variant = '{{ (variants.muwclass | list)[0] }}' and model is not null
        union all by name
        select
            'xclass' as training_set,
            fits.*,
            class,
            {{ xclass_photometry() }} as seen,
            {{ xclass_photometry('e_') }} as e_seen
        from {{ ref('xclass_sed') }} as fits
        inner join {{ ref('xclass_labels') }} using (csc_name)
        inner join
            (select * from {{ ref('xclass_ground') }} where role = 'training') using (csc_name)
        where variant = '{{ (variants.xclass | list)[0] }}' and model is not null
    ),

    in_filters as (
        {% for name, options in variants.items() %}
            {% set options = (options.values() | list)[0] %}
            select
                * exclude (magnitudes, errors, residuals, seen, e_seen),
                unnest({{ filters[name] }}) as filter,
                true as is_observed,
                unnest(seen) as archive_magnitude,
                unnest(e_seen) as observed_error,
                unnest(residuals) as residual,
                null::double as magnitude,
                null::double as magnitude_error,
                {{ options.get('gaia_system', var('sed_gaia_system')) == 'vega' }} as is_vega
            from fits
            where training_set = '{{ name }}'
            union all by name
            select
                * exclude (magnitudes, errors, residuals, seen, e_seen),
                unnest({{ options.get('output_filters', var('sed_output_filters')) }}) as filter,
                false as is_observed,
                unnest(magnitudes) as magnitude,
                unnest(errors) as magnitude_error
            from fits
            where training_set = '{{ name }}' {{ 'union all by name' if not loop.last }}
        {% endfor %}
    )

select
    csc_name,
    training_set,
    class,
    model,
    template,
    parameter,
    a_v,
    chi2_reduced,
    n_bands,
    is_fallback,
    scale,
    filter,
    pivot_wavelength,
    is_observed,
    anchor = filter as is_anchor,
    -- to AB, in which the fit compares them
    archive_magnitude
    + case when is_vega then vega_to_ab_mag else 0 end
    - 2.5 * log10(zero_point_jy / 3631) as observed_magnitude,
    observed_error,
    coalesce(magnitude, observed_magnitude - residual) as model_magnitude,
    magnitude_error as model_error
from in_filters
left join {{ ref('sed_filters') }} using (filter)
where model_magnitude is not null
order by csc_name, training_set, is_observed desc, pivot_wavelength, filter
