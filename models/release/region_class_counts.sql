-- Classes of the significant and confidently classified X-ray sources inside each gamma-ray region:
-- Yang et al. 2022, table 7.
with
    regions as (
        select region_name, ra, dec, is_resolved, radius_deg, classifier
        from {{ ref('stg_gamma_ray__regions') }}
        cross join (select unnest({{ text_list(var('classifiers')) }}) as classifier)
    ),

    sources as (
        select
            *,
            -- significant, its class confident and not known before
            significance >= {{ var('region_min_significance') }}
            and coalesce(is_confident, is_reliable)
            and not is_training_source as is_counted
        from {{ ref('region_sources') }}
        inner join {{ ref('judged_sources') }} using (csc_name)
    ),

    counted as (
        select
            region_name,
            classifier,
            count(*)::integer as n_inside,
            count(class)::integer as n_classified,
            count(*) filter (is_counted)::integer as n_confident,
            string_agg(
                csc_name || ' (' || class || ')', ', ' order by separation_deg, csc_name
            ) filter (is_counted and class in ('AGN', 'HMXB', 'LMXB', 'NS'))
            as possible_associations
        from sources
        group by region_name, classifier
    ),

    summaries as (
        select region_name, classifier, string_agg(n || class, ', ' order by class) as summary
        from
            (
                select region_name, classifier, class, count(*) as n
                from sources
                where is_counted
                group by all
            )
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
    summary,
    possible_associations
from regions
left join counted using (region_name, classifier)
left join summaries using (region_name, classifier)
order by region_name, classifier
