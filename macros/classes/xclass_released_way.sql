{#- The fits of spectra, of var xclass_ways, whose classes are released beside those of other classifiers: those that do not know the label of what
    they fit (blind), as nothing to be classified has one; the first where there is no such way. -#}
{% macro xclass_released_way() -%}
    {{ return('blind' if 'blind' in var('xclass_ways') else (var('xclass_ways') | list)[0]) }}
{%- endmacro %}
