{#- Stop the run if a column of var match is not in its table, or a table has rows that cannot be
    matched: one message with every problem, naming table, column and rows.

    {{ check_match_tables(match_settings()) }} -#}
{% macro check_match_tables(match) -%}
    {%- set problems = [] -%}
    {%- for where, path in _match_files(match) if run_query("select count(*) from glob('" ~ path ~ "')").columns[0].values()[0] == 0 -%}
        {%- do problems.append(where ~ ': there is no file ' ~ path) -%}
    {%- endfor -%}
    {#- what is not there has no columns; a model of this project that is not built yet has none
        either -#}
    {%- for catalogue in ([] if problems else match.catalogues) if _is_match_file(catalogue) or load_relation(ref(catalogue.table)) -%}
        {%- set found = run_query('describe select * from ' ~ match_table(catalogue)).columns[0].values() | map('lower') | list -%}
        {%- set wanted = [('id', catalogue.id), ('ra', catalogue.ra), ('dec', catalogue.dec), ('pmra', catalogue.pmra), ('pmdec', catalogue.pmdec), ('pmra_error', catalogue.pmra_error), ('pmdec_error', catalogue.pmdec_error)] -%}
        {%- do wanted.append(('epoch', catalogue.epoch if catalogue.epoch is string else none)) -%}
        {%- for column in catalogue.error.columns -%}
            {%- do wanted.append(('error.columns', column)) -%}
        {%- endfor -%}
        {%- for prior in catalogue.priors -%}
            {%- do wanted.append(('priors', prior.column)) -%}
        {%- endfor -%}
        {%- for feature in (match.classifier or {}).features or [] if feature.of == catalogue.name and not feature.value and not catalogue.properties -%}
            {%- do wanted.append(('classifier.features', feature.name)) -%}
        {%- endfor -%}
        {%- set absent = [] -%}
        {%- for key, column in wanted if column and column | lower not in found -%}
            {%- do absent.append(key) -%}
            {%- do problems.append(catalogue.name ~ '.' ~ key ~ ': ' ~ catalogue.table ~ ' has no column ' ~ column ~ '; it has ' ~ found | join(', ')) -%}
        {%- endfor -%}
        {#- rows of raw tables are checked where the database is opened -#}
        {%- if not absent and _is_match_file(catalogue) -%}
            {%- for problem in run_query(_match_row_problems(catalogue)).columns[0].values() -%}
                {%- do problems.append(catalogue.name ~ ', ' ~ catalogue.table ~ ': ' ~ problem) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set published = match.verification -%}
    {%- if published and not problems and (_is_match_file(published) or load_relation(ref(published.table))) -%}
        {%- set found = run_query('describe select * from ' ~ match_table(published)).columns[0].values() | list -%}
        {%- for key in ['first', 'second'] if published[key] | lower not in found | map('lower') -%}
            {%- do problems.append('verification.' ~ key ~ ': ' ~ published.table ~ ' has no column ' ~ published[key] ~ '; it has ' ~ found | join(', ')) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if problems -%}
        {{ exceptions.raise_compiler_error('the tables of match ' ~ match.name ~ ' do not serve:\n  ' ~ problems | join('\n  ')) }}
    {%- endif -%}
{%- endmacro %}

{#- The files that var match names, each with the key that names it. -#}
{% macro _match_files(match) -%}
    {%- set files = [] -%}
    {%- for catalogue in match.catalogues if _is_match_file(catalogue) -%}
        {%- do files.append((catalogue.name ~ '.table', catalogue.table)) -%}
    {%- endfor -%}
    {%- for prior in match.priors if prior['from'] != 'auto' -%}
        {%- do files.append((prior.catalogue.name ~ '.priors', prior['from'])) -%}
    {%- endfor -%}
    {%- if match.verification and _is_match_file(match.verification) -%}
        {%- do files.append(('verification.table', match.verification.table)) -%}
    {%- endif -%}
    {%- if match.classifier and match.classifier.first_round -%}
        {%- do files.append(('classifier.first_round', match.classifier.first_round)) -%}
    {%- endif -%}
    {{ return(files) }}
{%- endmacro %}

{#- A query of one text per kind of unusable row: "column: n rows that ... (first ids)". -#}
{% macro _match_row_problems(catalogue) -%}
    {%- set id, ra, dec = quoted(catalogue.id), quoted(catalogue.ra), quoted(catalogue.dec) -%}
    {%- set claims = [
        (catalogue.id, 'without a value', id ~ ' is null'),
        (catalogue.ra, 'without a value or outside 0 to 360 deg', 'not coalesce(isfinite(' ~ ra ~ '::double) and ' ~ ra ~ ' between 0 and 360, false)'),
        (catalogue.dec, 'without a value or outside -90 to 90 deg', 'not coalesce(isfinite(' ~ dec ~ '::double) and ' ~ dec ~ ' between -90 and 90, false)'),
    ] -%}
    {%- for column in catalogue.error.columns[:2] -%}
        {#- the floor stands in for an error of 0, NULL for what is missing -#}
        {%- set least = '>= 0' if catalogue.error.floor_arcsec else '> 0' -%}
        {%- do claims.append((column, 'with an error that is not positive', 'isinf(' ~ quoted(column) ~ '::double) or not coalesce(' ~ match_number(catalogue, column) ~ ' ' ~ least ~ ', true)')) -%}
    {%- endfor -%}
    {%- if catalogue.epoch is string -%}
        {%- set known = quoted(catalogue.epoch) ~ ' is not null' if catalogue.epoch_format == 'ISO' else match_number(catalogue, catalogue.epoch) ~ ' is not null' -%}
        {%- do claims.append((catalogue.epoch, 'whose epoch, as ' ~ catalogue.epoch_format ~ ', is not between 1800 and 2200; epoch_format may be julian year, MJD or ISO', known ~ ' and not coalesce(' ~ match_epoch(catalogue) ~ ' between 1800 and 2200, false)')) -%}
    {%- endif -%}
    {%- for column in [catalogue.pmra, catalogue.pmdec] | select -%}
        {%- do claims.append((column, 'with a proper motion above 20,000 mas/yr', 'abs(' ~ match_motion(catalogue, column) ~ ') > 20000')) -%}
    {%- endfor -%}
    {%- for column, wrong, condition in claims -%}
        select
            format(
                '{}: {} rows {} ({}{})',
                {{ dbt.string_literal(dbt.escape_single_quotes(column)) }},
                count(*),
                '{{ wrong }}',
                array_to_string(list_sort(list(distinct {{ id }}::varchar))[:3], ', '),
                case when count(*) > 3 then ', ...' else '' end
            )
        from {{ match_table(catalogue) }}
        where {{ condition }}
        having count(*) > 0
        union all
    {% endfor -%}
    select
        format(
            '{}: {} rows share an id ({}{})',
            {{ dbt.string_literal(dbt.escape_single_quotes(catalogue.id)) }},
            sum(n),
            array_to_string(list_sort(list(id))[:3], ', '),
            case when count(*) > 3 then ', ...' else '' end
        )
    from
        (
            select {{ id }}::varchar as id, count(*) as n
            from {{ match_table(catalogue) }}
            where {{ id }} is not null
            group by all
            having n > 1
        )
    having count(*) > 0
{%- endmacro %}
