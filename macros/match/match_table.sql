{#- The table of a catalogue of var match in SQL: a model of this project, or Parquet files (a
    path or a pattern); of its rows those for which its condition `where` holds.

    {{ match_table(match.catalogues[0]) }} -#}
{% macro match_table(catalogue) -%}
    {%- set table = "read_parquet('" ~ catalogue.table ~ "')" if _is_match_file(catalogue) else ref(catalogue.table) | string -%}
    {{ '(select * from ' ~ table ~ ' where ' ~ catalogue.where ~ ')' if catalogue.where else table }}
{%- endmacro %}

{% macro _is_match_file(catalogue) -%}
    {{ return('/' in catalogue.table or '.parquet' in catalogue.table) }}
{%- endmacro %}

{#- A column of a catalogue (or a number) as a double, NULL where it is missing: in a file NaN,
    infinity and the sentinels of var missing_sentinels stand for that, in a model of this project
    only NULL does. -#}
{% macro match_number(catalogue, column) -%}
    {%- if column is none -%} null::double
    {%- elif column is number -%} {{ column }}::double
    {%- elif _is_match_file(catalogue) -%} {{ number(quoted(column) ~ '::double') }}
    {%- else -%} {{ quoted(column) }}::double
    {%- endif -%}
{%- endmacro %}

{#- A proper motion, or its error, of a catalogue (mas/yr). -99 may be one; what nothing on the sky
    can have stands for "missing". -#}
{% macro match_motion(catalogue, column) -%}
    {%- if column is none or not _is_match_file(catalogue) -%} {{ match_number(catalogue, column) }}
    {%- else -%}
        {%- set value = quoted(column) ~ '::double' -%}
        {%- set sentinels = var('missing_sentinels') | select('le', -999) | join(', ') -%}
        case
            when
                isfinite({{ value }})
                and {{ value }} not in ({{ sentinels }})
                and abs({{ value }}) < 1e10
            then {{ value }}
        end
    {%- endif -%}
{%- endmacro %}

{#- The epoch of a catalogue (a column or a number) as a Julian year, from its epoch_format. -#}
{% macro match_epoch(catalogue) -%}
    {%- if catalogue.epoch is none or catalogue.epoch_format == 'julian year' -%}
        {{ match_number(catalogue, catalogue.epoch) }}
    {%- elif catalogue.epoch_format == 'MJD' -%}
        2000 + ({{ match_number(catalogue, catalogue.epoch) }} - 51544.5::double) / 365.25
    {%- else -%}
        -- since 2000 January 1, 12 h
        2000
        + (epoch(try_cast({{ quoted(catalogue.epoch) }} as timestamp)) - 946728000)
        / (365.25 * 86400)
    {%- endif -%}
{%- endmacro %}

{#- The table of a catalogue that features and conditions read: `properties`, or that of its
    positions. -#}
{% macro match_properties_table(catalogue) -%}
    {{ ref(catalogue.properties) if catalogue.properties else match_table(catalogue) }}
{%- endmacro %}
