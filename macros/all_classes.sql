{#- The classes of all classifiers of X-ray sources, each once: those of MUWCLASS and lynceus, then what the others know besides. -#}
{% macro all_classes() -%}
    {%- set names = var('muwclass_classes') | list -%}
    {%- for name in var('boosted_classes') + var('umlcaxs_classes') if name not in names -%}
        {%- do names.append(name) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}
