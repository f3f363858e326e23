{#- A name without what catalogues write differently: blanks, case and punctuation other than
    signs. NULL for an empty one.

    {{ normalised_name('main_id') }} -#}
{% macro normalised_name(name) -%}
    nullif(regexp_replace(lower({{ name }}), '[^a-z0-9+-]', '', 'g'), '')
{%- endmacro %}
