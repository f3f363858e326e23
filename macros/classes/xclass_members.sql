{#- What XClass tells apart: of each class its name, its group, and the model of the second stage
    that parts it from the others of the group, none if the first stage has said all. The
    published second stage parts LMXB and HMXB only (Rangelov et al., section 4.3).

    xclass_members() is [{'class': 'AGN', 'group': 'AGN', 'model': none}, ...] -#}
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

{#- The columns p_<class> of XClass, as in xclass_members, and then those that the other second
    stage has, as NULL. -#}
{% macro xclass_columns() -%}
    {{ return(['AGN', 'LMXB', 'HMXB', 'CV', 'SNR', 'LM-STAR', 'HM-STAR', 'STAR']) }}
{%- endmacro %}

{#- A column of one of the trained models, as a scalar. -#}
{% macro of_xclass_model(column, variant, model) -%}
    (
        select {{ column }}
        from {{ ref('xclass_model') }}
        where variant = '{{ variant }}' and model = '{{ model }}'
    )
{%- endmacro %}

{#- The seven classes of XClass, group by group. -#}
{% macro xclass_classes() -%}
    {%- set classes = [] -%}
    {%- for members in var('xclass_groups').values() -%}
        {%- do classes.extend(members) -%}
    {%- endfor -%}
    {{ return(classes) }}
{%- endmacro %}

{#- The fits of spectra, of var xclass_variants, whose classes are released beside those of other
    classifiers: those that do not know the label of what they fit (blind), as nothing to be
    classified has one; the first where there is no such variant. -#}
{% macro xclass_released_way() -%}
    {{ return('blind' if 'blind' in var('xclass_variants') else (var('xclass_variants') | list)[0]) }}
{%- endmacro %}
