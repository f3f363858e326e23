{#- The table of a catalogue of var match in SQL: a model of this project, or Parquet files (a
    path, a folder or a pattern) with their columns in the types that they are meant in; of its rows
    those for which its condition `where` holds.

    {{ match_table(match.catalogues[0]) }} -#}
{% macro match_table(catalogue) -%}
    {%- if not _is_match_file(catalogue) -%}
        {%- set table = ref(catalogue.table) | string -%}
        {{ '(select * from ' ~ table ~ ' where ' ~ catalogue.where ~ ')' if catalogue.where else table }}
    {%- elif execute -%} {{ read_match_files([catalogue]).relations[catalogue.name] }}
    {%- endif -%}
{%- endmacro %}

{% macro _is_match_file(catalogue) -%}
    {{ return('/' in catalogue.table or '.' in catalogue.table) }}
{%- endmacro %}

{#- A Parquet file, or a pattern of such, in SQL. -#}
{% macro parquet_file(path) -%}
    {{ return("read_parquet('" ~ path | replace("'", "''") ~ "')") }}
{%- endmacro %}

{#- How catalogues that are files are read (`relations`), and what is wrong with them, with the files
    of bins of `priors` and with other `tables`: what lynceus/inputs/match_files.py finds. -#}
{% macro read_match_files(catalogues, priors=[], tables=[]) -%}
    {%- set asked = tojson({'catalogues': catalogues, 'priors': priors, 'tables': tables}) -%}
    {%- set found = run_query("select read_match_files('" ~ asked | replace("'", "''") ~ "')") -%}
    {{ return(fromjson(found.columns[0].values()[0])) }}
{%- endmacro %}

{#- A column of a catalogue (or a number) as a double. -#}
{% macro match_number(column) -%}
    {%- if column is none -%} null::double
    {%- elif column is number -%} {{ column }}::double
    {%- else -%} {{ quoted(column) }}::double
    {%- endif -%}
{%- endmacro %}

{#- The epoch of a catalogue (a column or a number) as a Julian year, from its epoch_format. -#}
{% macro match_epoch(catalogue) -%}
    {%- if catalogue.epoch is none or catalogue.epoch_format == 'julian year' -%}
        {{ match_number(catalogue.epoch) }}
    {%- elif catalogue.epoch_format == 'MJD' -%}
        2000 + ({{ match_number(catalogue.epoch) }} - 51544.5::double) / 365.25
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
