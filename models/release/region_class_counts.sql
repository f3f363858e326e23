-- What the significant and confidently classified X-ray sources inside each gamma-ray region are: Yang et al. 2022, table 7.
with regions as (
    select region_name, ra, dec, is_resolved, radius_deg, classifier
    from {{ ref('stg_gamma_ray__regions') }}
    cross join (select distinct classifier from {{ ref('source_classes') }} where classifier not in ('boosted', 'umlcaxs'))
),

sources as (
    select *, {{ region_counts_source(is_confident='coalesce(is_confident, is_reliable)') }} as is_counted from {{ ref('region_candidates') }}
),

counted as (
    select
        region_name,
        classifier,
        count(*)::integer as n_inside,
        count(class)::integer as n_classified,
        count(*) filter (is_counted)::integer as n_confident,
        {{ class_counts('class', 'is_counted') }},
        string_agg(csc_name || ' (' || class || ')', ', ' order by separation_deg, csc_name)
            filter (is_counted and class in ('{{ var('region_counterpart_classes') | join("', '") }}')) as possible_associations
    from sources
    group by region_name, classifier
)

select
    region_name,
    classifier,
    ra,
    dec,
    is_resolved,
    radius_deg,
    coalesce(n_inside, 0) as n_inside,
    coalesce(n_classified, 0) as n_classified,
    coalesce(n_confident, 0) as n_confident,
    {% for name in var('muwclass_classes') %}
    coalesce(n_{{ class_column(name) }}, 0) as n_{{ class_column(name) }},
    {% endfor %}
    {{ class_summary() }} as summary,
    possible_associations
from regions
left join counted using (region_name, classifier)
order by region_name, classifier
