-- What every X-ray source that Hubble saw the place of is; sources that cannot be classified are there with their state.
with seen as (
    select
        csc_name,
        max(density_arcsec2) as hst_density,
        count(*) filter (is_near)::integer as n_near
    from {{ ref('xclass_hst_candidates') }}
    group by csc_name
)

select
    csc_name,
    sources.origin,
    sources.ra,
    sources.dec,
    sources.significance,
    sources.sigma_eff_arcsec as sigma_eff,
    case
        when coalesce(sources.significance, 0) < {{ var('xclass_significance') }} then 'not_significant'
        when n_near = 0 then 'no_hst_counterpart'
        when found.csc_name is null then 'no_magnitude'
        when found.class is null then 'not_trained'
        when confidence < {{ var('xclass_confident') }} then 'uncertain'
        else 'classified'
    end as state,
    found.hsc_match_id,
    found.separation_arcsec as separation,
    found.nu,
    found.p_i,
    found.p_any,
    hst_density,
    n_near,
    found.n_cases,
    class_group,
    class_group_prob,
    found.class,
    class_prob,
    confidence,
    {% for name in xclass_columns() -%}
    p_{{ class_column(name) }},
    {% endfor -%}
    labels.class as label,
    coalesce(labels.csc_name is not null and labels.not_used_because is null, false) as is_training_source
from seen
inner join {{ ref('xclass_xray') }} as sources using (csc_name)
left join {{ ref('xclass_probabilities') }} as found using (csc_name)
left join {{ ref('xclass_labels') }} as labels using (csc_name)
order by csc_name
