{#- LM-STAR for spectral types A to M, HM-STAR for O, B and Wolf-Rayet; NULL where none can be
    read, where it names both, or for a white dwarf: such types are ambiguous (Rangelov et al.,
    section 2.1).

    {{ star_class('spectral_type') }} -#}
{% macro star_class(spectral_type) -%}
    {#- the class it begins with, after the signs of a subdwarf, dwarf or giant; and those before
        a number or behind a sign, as in B9/A0 -#}
    {%- set first = "regexp_extract(" ~ spectral_type ~ ", '^\\s*(?:e?sd|d|g|k|c)?([OBAFGKM])', 1)" -%}
    {%- set all = "list_concat([" ~ first ~ "], regexp_extract_all(" ~ spectral_type ~ ", '([OBAFGKM])[0-9]', 1), "
        ~ "regexp_extract_all(" ~ spectral_type ~ ", '[-/+~]\\s*([OBAFGKM])', 1))" -%}
    case
        when regexp_matches({{ spectral_type }}, '^\s*W[NCOR]')
        then 'HM-STAR'
        when coalesce({{ first }}, '') = ''
        then null
        when len(list_intersect({{ all }}, ['O', 'B'])) = 0
        then 'LM-STAR'
        when len(list_intersect({{ all }}, ['A', 'F', 'G', 'K', 'M'])) = 0
        then 'HM-STAR'
    end
{%- endmacro %}
