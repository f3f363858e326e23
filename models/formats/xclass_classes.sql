-- Class of every X-ray source in a Hubble field by XClass as published, by fits that know the
-- labels of the training sources, with its counterpart; sources that cannot be classified are there
-- with their state.
with
    seen as (
        select
            csc_name,
            max(density_arcsec2) as hst_density,
            count(*) filter (is_near)::integer as n_near
        from {{ ref('xclass_hst_candidates') }}
        group by csc_name
    ),

    found as (
        select *
        from {{ ref('xclass_target_probabilities') }}
        where
            variant = '{{ (var("xclass_variants") | list)[0] }}'
            and mode = '{{ var("xclass_hst_counterparts") }}'
    ),

    -- by spectra fitted without knowing the class; none if var xclass_variants has no such variant
    blind as (
        select *
        from {{ ref('xclass_target_probabilities') }}
        where variant = 'blind' and mode = '{{ var("xclass_hst_counterparts") }}'
    ),

    trained as (
        select csc_name
        from {{ ref('xclass_labelled') }}
        where variant = '{{ (var("xclass_variants") | list)[0] }}' and not_used_because is null
    )

select
    csc_name,
    sources.origin,
    sources.ra,
    sources.dec,
    sources.significance,
    sources.sigma_eff_arcsec as sigma_eff,
    case
        when coalesce(sources.significance, 0) < {{ var('xclass_significance') }}
        then 'not_significant'
        when n_near = 0
        then 'no_hst_counterpart'
        when found.csc_name is null
        then 'no_magnitude'
        when found.class is null
        then 'not_trained'
        when found.confidence < {{ var('classifiers').get('xclass', {}).get('confident', 0) }}
        then 'uncertain'
        else 'classified'
    end as state,
    found.hsc_match_id,
    hsc.ra as hsc_ra,
    hsc.dec as hsc_dec,
    found.separation_arcsec as separation,
    found.nu,
    found.p_i,
    found.p_any,
    hst_density,
    n_near,
    found.n_cases,
    found.class_group,
    found.class_group_prob,
    found.class,
    found.class_prob,
    found.confidence,
    {% for name in xclass_columns() -%} found.p_{{ class_column(name) }}, {% endfor -%}
    found_blind.class as class_blind,
    found_blind.confidence as confidence_blind,
    labels.class as label,
    trained.csc_name is not null as is_training_source
from seen
inner join {{ ref('xclass_xray') }} as sources using (csc_name)
left join found using (csc_name)
left join {{ ref('stg_hsc__sources') }} as hsc on found.hsc_match_id = hsc.hsc_match_id
left join blind as found_blind using (csc_name)
left join {{ ref('xclass_labels') }} as labels using (csc_name)
left join trained using (csc_name)
order by csc_name
