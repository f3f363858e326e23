{#- The classes of all classifiers, each once; with `coarse`, the coarse classes that these are part
    of: all_classes(coarse=true). -#}
{% macro all_classes(coarse=false) -%}
    {%- set names = [] -%}
    {%- for entry in var('classifiers').values() -%}
        {%- for fine, rough in entry.classes.items() if (rough if coarse else fine) not in names -%}
            {%- do names.append(rough if coarse else fine) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(names | sort if coarse else names) }}
{%- endmacro %}
