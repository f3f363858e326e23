{#- A number in [0, 1) that follows from a text alone: the same on every machine, in any order of
    rows. `salt` gives one text several independent numbers.

    {{ uniform_hash('csc_name', 'split') }} -#}
{% macro uniform_hash(text, salt) -%}
    (md5_number_lower({{ text }} || '{{ salt }}') / pow(2::double, 64))
{%- endmacro %}
