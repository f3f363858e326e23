{#- log10 of the Bayes factor of the members of associations (model associations) that `members` names by their numbers, as
    if the others were absent. A catalogue whose errors are a mixture counts as its core with probability 1 - share, and
    with axes wider by `scale` with probability share. -#}
{% macro match_log10_bf(match, members) -%}
    {%- set wide = match.catalogues | selectattr('mixture') | selectattr('number', 'in', members) | list -%}
    {%- set terms = [] -%}
    {%- for choice in range(2 ** (wide | length)) -%}
        {%- set scales, weight = {}, [1.0] -%}
        {%- for catalogue in wide -%}
            {%- if (choice // 2 ** loop.index0) % 2 -%}
                {%- do scales.update({catalogue.number: catalogue.mixture.scale}) -%}
                {%- do weight.append(weight.pop() * catalogue.mixture.share) -%}
            {%- else -%}
                {%- do weight.append(weight.pop() * (1 - catalogue.mixture.share)) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do terms.append(_one_log10_bf(match, members, scales) ~ (' + log10(' ~ weight[0] ~ ')' if wide else '')) -%}
    {%- endfor -%}
    {%- if terms | length == 1 -%}
        {{ terms[0] }}
    {%- else -%}
        list_reduce([{{ terms | join(',\n        ') }}], lambda a, b: greatest(a, b) + log10(1 + pow(10, least(a, b) - greatest(a, b))))
    {%- endif -%}
{%- endmacro %}

{% macro _one_log10_bf(match, members, scales) -%}
    {%- set lists = [] -%}
    {%- for quantity in ['ra', 'dec', 'major', 'minor', 'angle'] -%}
        {%- if members | length == match.catalogues | length and not (scales and quantity in ['major', 'minor']) -%}
            {%- do lists.append(quantity) -%}
        {%- else -%}
            {%- set values = [] -%}
            {%- for catalogue in match.catalogues if catalogue.number in members -%}
                {%- set scale = scales.get(catalogue.number) if quantity in ['major', 'minor'] else none -%}
                {%- do values.append(quantity ~ '[' ~ catalogue.number ~ ']' ~ (' * ' ~ scale if scale else '')) -%}
            {%- endfor -%}
            {%- do lists.append('[' ~ values | join(', ') ~ ']') -%}
        {%- endif -%}
    {%- endfor -%}
    association_log10_bf('{{ match.formula }}', {{ lists | join(', ') }})
{%- endmacro %}
