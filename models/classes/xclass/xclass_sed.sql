-- The photometry of the training sources translated into Hubble's filters, in each variant of var
-- xclass_variants: Rangelov et al., section 3.
with
    sources as (
        select
            labels.csc_name,
            class,
            spectral_type,
            {{ xclass_photometry() }} as magnitudes,
            {{ xclass_photometry('e_') }} as errors,
            -- 3.1: R_V of the extinction law
            coalesce(
                {{ 'azero_gspphot' if var('xclass_a_v_source') == 'gaia' else 'null' }},
                3.1 * coalesce(ebv, {{ ebv_towards('labels.ra', 'labels.dec') }})
            ) as a_v
        from {{ ref('xclass_labels') }} as labels
        left join
            {{ ref('xclass_ground') }} as ground
            on labels.csc_name = ground.csc_name
            and role = 'training'
        left join
            (select csc_name, ebv from {{ ref('source_properties') }}) as reddening
            on labels.csc_name = reddening.csc_name
        left join
            {{ ref('stg_gaia__sources') }} as gaia on ground.gaia_source_id = gaia.gaia_source_id
        -- remnants are no point sources on the ground, and have no spectrum to fit: section 2.1
        where not_used_because is null and class <> 'SNR'
    ),

    fits as (
        {% for variant, options in var('xclass_variants').items() %}
            select
                csc_name,
                '{{ variant }}' as variant,
                {{ sed_fit('class', 'spectral_type', 'magnitudes', 'errors', 'a_v', options) }}
                as fit
            from sources {{ 'union all' if not loop.last }}
        {%- endfor %}
    )

select csc_name, variant, unnest(fit)
from fits
order by csc_name, variant
