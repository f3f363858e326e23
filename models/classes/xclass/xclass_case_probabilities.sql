-- Class probabilities of the X-ray sources to classify, given each object of Hubble's that may be the counterpart: both stages.
{% set groups, members = var('xclass_groups') | list, xclass_members() %}
{% set second = members | map(attribute='model') | reject('none') | unique | list %}
with first as materialized (
    select
        *,
        forest_probabilities({{ of_xclass_model('model_file', 'groups') }}, features) as p_first
    from {{ ref('xclass_cases') }}
),

grouped as (
    select
        *,
        -- a group that did not train has probability 0
        case when p_first is not null then [
            {% for group in groups -%}
            coalesce(p_first[list_position({{ of_xclass_model('classes', 'groups') }}, '{{ group }}')], 0){{ ', ' if not loop.last }}
            {%- endfor %}
        ] end as p_groups
    from first
),

second as materialized (
    select
        *,
        {% for model in second -%}
        -- of a group of which one class trained, that one
        coalesce(
            forest_probabilities({{ of_xclass_model('model_file', model) }}, list_concat(features, p_groups)),
            case when len({{ of_xclass_model('classes', model) }}) = 1 then [1.0] end
        ) as p_{{ class_column(model) }}_within{{ ',' if not loop.last }}
        {% endfor %}
    from grouped
)

select
    mode,
    csc_name,
    hsc_match_id,
    separation_arcsec,
    nu,
    p_i,
    p_any,
    weight,
    {% for group in groups -%}
    p_groups[{{ loop.index }}] as p_group_{{ class_column(group) }},
    {% endfor -%}
    {% for member in members -%}
    p_groups[{{ groups.index(member.group) + 1 }}]
        {%- if member.model %} * p_{{ class_column(member.model) }}_within[list_position({{ of_xclass_model('classes', member.model) }}, '{{ member.class }}')]{% endif %}
        as p_{{ class_column(member.class) }}{{ ',' if not loop.last }}
    {% endfor %}
from second
order by mode, csc_name, hsc_match_id
