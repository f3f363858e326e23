-- On the simulated sky: what kind of source does each classifier take for what? Of sources that it was not trained on; empty on real data.
with sources as (
    select
        classifier,
        kind,
        class,
        coalesce(is_confident, false) as is_confident,
        is_reliable
    from {{ ref('source_classes') }}
    inner join {{ ref('stg_truth') }} using (csc_name)
    where state = 'classified' and not is_training_source
),

subsets as (
    select *, 'all' as subset from sources
    union all
    select *, 'confident' as subset from sources where is_confident
    union all
    select *, 'reliable' as subset from sources where is_reliable
)

select
    classifier,
    subset,
    kind,
    class,
    count(*)::integer as n_sources,
    n_sources / sum(count(*)) over (partition by classifier, subset, kind) as share_of_kind,
    n_sources / sum(count(*)) over (partition by classifier, subset, class) as share_of_class
from subsets
group by classifier, subset, kind, class
order by classifier, subset, kind, class
