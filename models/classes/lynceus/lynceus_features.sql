-- What the classifier sees: of the sources of known class as measured (role training), and of every
-- X-ray source once for each source of the optical and infrared that may be its counterpart (role
-- target).
with
    cases as (
        select 'training' as role, *, null::bigint as gaia_source_id, null::double as weight
        from {{ ref('muwclass_training') }}
        union all by name
        {% if var('lynceus_counterparts') == 'marginal' %}
            select
                'target' as role,
                candidates.*,
                {% for band in ['s', 'm', 'h'] -%} sources.flux_{{ band }}, {% endfor -%}
                sources.var_inter_prob,
                sources.var_intra_prob
            from {{ ref('multiwavelength_candidates') }} as candidates
            inner join {{ ref('source_properties') }} as sources using (csc_name)
            where not sources.has_no_flux
        {% else %}
            select 'target' as role, *, null::bigint as gaia_source_id, 1.0 as weight
            from {{ ref('source_properties') }}
            where not has_no_flux
        {% endif %}
    )

    {{ feature_vectors(limited_photometry('cases'), ['role', 'csc_name', 'gaia_source_id', 'weight'], feature_names('lynceus')) }}
order by role, csc_name, gaia_source_id
