-- How much each feature matters to each model, and how much that differs from tree to tree: Rangelov et al., figure 3.
with models as (
    select
        way,
        model,
        unnest(features) as feature,
        unnest(importance) as importance,
        unnest(importance_std) as importance_std
    from {{ ref('xclass_model') }}
    where len(importance) > 0
)

select * from models
order by way, model, importance desc, feature
