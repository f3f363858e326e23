-- What the classifier sees of every X-ray source, once for each source of the optical and infrared
-- that may be its counterpart.
with
    cases as (
        {% if var('lynceus_counterparts') == 'marginal' %}
            select
                candidates.*,
                {% for band in ['s', 'm', 'h'] -%} sources.flux_{{ band }}, {% endfor -%}
                sources.var_inter_prob,
                sources.var_intra_prob
            from {{ ref('multiwavelength_candidates') }} as candidates
            inner join {{ ref('source_properties') }} as sources using (csc_name)
            where not sources.has_no_flux
        {% else %}
            select *, null::bigint as gaia_source_id, 1.0 as weight
            from {{ ref('source_properties') }}
            where not has_no_flux
        {% endif %}
    )

    {{ feature_vectors(limited_photometry('cases'), ['csc_name', 'gaia_source_id', 'weight'], feature_names('lynceus')) }}
order by csc_name, gaia_source_id
