{#- What XClass tells apart: of each class its name, its group, and the model of the second stage that parts it from the others of the group,
    none if the first stage has said all. The published second stage parts LMXB and HMXB only (Rangelov et al., section 4.3). -#}
{% macro xclass_members() -%}
    {%- set members = [] -%}
    {%- for group, classes in var('xclass_groups').items() -%}
        {%- set is_pair = 'LMXB' in classes and 'HMXB' in classes -%}
        {%- if classes | length == 1 -%}
            {%- do members.append({'class': classes[0], 'group': group, 'model': none}) -%}
        {%- elif var('xclass_stage_two') == 'published' and not is_pair -%}
            {%- do members.append({'class': group, 'group': group, 'model': none}) -%}
        {%- else -%}
            {%- set is_published = var('xclass_stage_two') == 'published' -%}
            {%- for class in classes if not is_published or class in ['LMXB', 'HMXB'] -%}
                {%- do members.append({'class': class, 'group': group, 'model': 'published' if is_published else group}) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(members) }}
{%- endmacro %}

{#- The columns p_<class> of XClass, as in xclass_members, and then those that the other second stage has, as NULL. -#}
{% macro xclass_columns() -%}
    {{ return(['AGN', 'LMXB', 'HMXB', 'CV', 'SNR', 'LM-STAR', 'HM-STAR', 'STAR']) }}
{%- endmacro %}

{#- A column of one of the trained models, as a scalar. -#}
{% macro of_xclass_model(column, way, model) -%}
    (select {{ column }} from {{ ref('xclass_model') }} where way = '{{ way }}' and model = '{{ model }}')
{%- endmacro %}
