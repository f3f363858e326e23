-- Class of every X-ray source by XClass: by the fits of spectra that do not know the label (macro
-- xclass_released_way) and the counterparts of var xclass_hst_counterparts.
with
    seen as (
        select csc_name, count(*) filter (is_near) as n_near
        from {{ ref('xclass_hst_candidates') }}
        group by csc_name
    ),

    sources as (
        select csc_name, significance
        from {{ ref('xclass_xray') }}
        where
            csc_name in (select csc_name from {{ ref('source_properties') }})
            or csc_name in (select csc_name from seen)
    ),

    found as (
        select *
        from {{ ref('xclass_target_probabilities') }}
        where
            variant = '{{ xclass_released_way() }}'
            and mode = '{{ var("xclass_hst_counterparts") }}'
    ),

    trained as (
        select csc_name
        from {{ ref('xclass_labelled') }}
        where variant = '{{ xclass_released_way() }}' and not_used_because is null
    )

select
    sources.csc_name,
    case
        when seen.csc_name is null
        then 'not_where_hubble_looked'
        when coalesce(sources.significance, 0) < {{ var('xclass_significance') }}
        then 'not_significant'
        when n_near = 0
        then 'no_hst_counterpart'
        when found.csc_name is null
        then 'no_magnitude'
        when found.class is null
        then 'not_trained'
        else 'classified'
    end as state,
    found.class,
    found.class_prob,
    found.confidence,
    {% for name in classes_of('xclass') -%}
        {#- of stars together only where nothing tells them apart -#}
        {{ 'found.p_' ~ class_column(name) if name != 'STAR' or 'STAR' in xclass_members() | map(attribute='class') | list else 'null::double' }}
        as p_{{ class_column(name) }},
    {% endfor -%}
    trained.csc_name is not null as is_training_source
from sources
left join seen using (csc_name)
left join found using (csc_name)
left join trained using (csc_name)
order by sources.csc_name
