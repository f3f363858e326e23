{#- log10 of the Bayes factor of the members of associations that are of `catalogues`, as NWAY 4.8 computes it. -#}
{% macro nway_log10_bf(catalogues) -%}
    nway_log10_bayes_factor(
    {%- for quantity in ['ra', 'dec', 'major', 'minor', 'angle'] -%}
    {{ ', ' if not loop.first }}[{% for catalogue in catalogues %}{{ quantity }}_{{ catalogue.number }}{{ ', ' if not loop.last }}{% endfor %}]
    {%- endfor -%}
    )
{%- endmacro %}
