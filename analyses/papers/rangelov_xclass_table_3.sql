-- Table 3 of Rangelov et al. (XClass): features of the classifier, in six groups.
-- One row per feature, with its importance to the first stage.
{% set variant = 'label' if 'label' in var('xclass_variants') else xclass_released_way() %}
with
    features as (
        select
            feature,
            importance,
            importance_std,
            case
                when feature like 'log_flux_%'
                then 1
                when feature like 'hr_%'
                then 2
                when feature like 'F%W-F%W'
                then 3
                when feature like 'log_fx_%'
                then 4
                when feature in ('sigma_eff', 'nu', 'significance')
                then 5
                else 6
            end as group_number
        from {{ ref('feature_importances') }}
        where classifier = 'xclass' and model = '{{ variant }}, groups'
    )

select
    group_number,
    [
        'X-ray flux',
        'hardness ratio',
        'Hubble colour',
        'X-ray to optical flux',
        'position and significance',
        'Gaia'
    ][group_number] as feature_group,
    feature,
    importance,
    importance_std
from features
order by group_number, importance desc, feature
