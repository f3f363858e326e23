-- How much each feature matters to each classifier that tells: the mean decrease of impurity; to
-- the score of the match: its part in the splits.
with
    importances as (
        select
            null::varchar as classifier,
            null::varchar as model,
            null::varchar as feature,
            false as is_random,
            false as is_selected,
            null::double as importance,
            null::double as importance_std
        where false
        {% if 'muwclass' in var('classifiers') -%}
            union all
            select
                'muwclass',
                'forest',
                feature,
                feature = 'random',
                is_selected,
                importance,
                importance_std
            from {{ ref('muwclass_importances') }}
        {% endif -%}
        {% if 'xclass' in var('classifiers') -%}
            union all
            select
                'xclass',
                variant || ', ' || model,
                unnest(features),
                false,
                true,
                unnest(importance),
                unnest(importance_std)
            from {{ ref('xclass_model') }}
            where len(importance) > 0
        {%- endif %}
        union all
        select 'match', 'score', unnest(features), false, true, unnest(split_percent) / 100, null
        from {{ ref('match_model') }}
    )

select *
from importances
order by classifier, model, feature
