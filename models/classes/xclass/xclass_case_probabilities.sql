-- Class probabilities of the X-ray sources to classify, given each object of Hubble's that may be
-- the counterpart: both stages, by the classifier of each variant of var xclass_variants.
{% set groups, members = var('xclass_groups') | list, xclass_members() %}
{% set second = members | map(attribute='model') | reject('none') | unique | list %}
with
    {% for variant in var('xclass_variants') %}
        first_{{ variant }} as materialized(
            select
                * exclude (role, variant, class, split, fold, feature_names),
                forest_probabilities(
                    {{ of_xclass_model('model_file', variant, 'groups') }}, features
                ) as p_first
            from {{ ref('xclass_features') }}
            where role = 'target'
        ),

        grouped_{{ variant }} as (
            select
                *,
                -- a group that did not train has probability 0
                case
                    when p_first is not null
                    then
                        [
                            {% for group in groups -%}
                                coalesce(
                                    p_first[
                                        list_position(
                                            {{ of_xclass_model('classes', variant, 'groups') }},
                                            '{{ group }}'
                                        )
                                    ],
                                    0
                                ){{ ', ' if not loop.last }}
                            {%- endfor %}
                        ]
                end as p_groups
            from first_{{ variant }}
        ),

        second_{{ variant }} as materialized(
            select
                *,
                {% for model in second -%}
                    -- of a group of which one class trained, that one
                    coalesce(
                        forest_probabilities(
                            {{ of_xclass_model('model_file', variant, model) }},
                            list_concat(features, p_groups)
                        ),
                        case
                            when len({{ of_xclass_model('classes', variant, model) }}) = 1
                            then [1.0]
                        end
                    ) as p_{{ class_column(model) }}_within{{ ',' if not loop.last }}
                {% endfor %}
            from grouped_{{ variant }}
        ),

        found_{{ variant }} as (
            select
                '{{ variant }}' as variant,
                * exclude (
                    p_first,
                    features
                    {% for model in second %}, p_{{ class_column(model) }}_within{% endfor %}
                ),
                {% for member in members -%}
                    p_groups[{{ groups.index(member.group) + 1 }}]
                    {%- if member.model %}
                        * p_{{ class_column(member.model) }}_within[
                            list_position(
                                {{ of_xclass_model('classes', variant, member.model) }},
                                '{{ member.class }}'
                            )
                        ]
                    {%- endif %} as p_{{ class_column(member.class) }}{{ ',' if not loop.last }}
                {% endfor %}
            from second_{{ variant }}
        ){{ ',' if not loop.last }}
    {% endfor %}

select
    * exclude (p_groups),
    {% for group in groups -%}
        p_groups[{{ loop.index }}] as p_group_{{ class_column(group) }}{{ ',' if not loop.last }}
    {% endfor %}
from
    (
        {% for variant in var('xclass_variants') %}
            from found_{{ variant }} {{ 'union all' if not loop.last }}
        {% endfor %}
    )
order by variant, mode, csc_name, hsc_match_id
