{#- Stop the run if a column of var match is not in its table, or a table has rows that cannot be
    matched: one message with every problem, naming table, column and rows.

    {{ check_match_tables(match_settings()) }} -#}
{% macro check_match_tables(match) -%}
    {%- set files, priors, tables = [], [], [] -%}
    {%- for catalogue in match.catalogues if _is_match_file(catalogue) -%}
        {%- do files.append(catalogue) -%}
    {%- endfor -%}
    {%- for prior in match.priors if prior['from'] != 'auto' -%}
        {%- do priors.append([prior.catalogue.name ~ '.priors', prior['from']]) -%}
    {%- endfor -%}
    {%- set published, rules = match.verification, match.classifier or {} -%}
    {%- if published and _is_match_file(published) -%}
        {%- do tables.append(['verification.table', published.table, [['verification.first', published.first], ['verification.second', published.second]]]) -%}
    {%- endif -%}
    {%- if rules.first_round -%}
        {%- set columns = [] -%}
        {%- for column in [match.catalogues[0].key, match.catalogues[1].key, 'p_any_joint', 'p_i_joint'] -%}
            {%- do columns.append(['classifier.first_round', column]) -%}
        {%- endfor -%}
        {%- do tables.append(['classifier.first_round', rules.first_round, columns]) -%}
    {%- endif -%}
    {%- set found = read_match_files(files, priors, tables) -%}
    {%- set problems = found.problems -%}
    {%- for note in found.notes -%} {%- do log('Match: ' ~ note, info=true) -%} {%- endfor -%}
    {#- rows of raw tables are checked where the database is opened; a model that is not built yet has
        no columns -#}
    {%- for catalogue in match.catalogues if not _is_match_file(catalogue) and load_relation(ref(catalogue.table)) -%}
        {%- set known = run_query('describe select * from ' ~ match_table(catalogue)).columns[0].values() | map('lower') | list -%}
        {%- set wanted = [('id', catalogue.id), ('ra', catalogue.ra), ('dec', catalogue.dec), ('pmra', catalogue.pmra), ('pmdec', catalogue.pmdec), ('pmra_error', catalogue.pmra_error), ('pmdec_error', catalogue.pmdec_error)] -%}
        {%- do wanted.append(('epoch', catalogue.epoch if catalogue.epoch is string else none)) -%}
        {%- for column in catalogue.error.columns -%}
            {%- do wanted.append(('error.columns', column)) -%}
        {%- endfor -%}
        {%- for prior in catalogue.priors -%}
            {%- do wanted.append(('priors', prior.column)) -%}
        {%- endfor -%}
        {%- for feature in catalogue.features -%}
            {%- do wanted.append(('classifier.features', feature.name)) -%}
        {%- endfor -%}
        {%- for key, column in wanted if column and _unquoted(column) | lower not in known -%}
            {%- do problems.append(catalogue.name ~ '.' ~ key ~ ': ' ~ catalogue.table ~ ' has no column ' ~ column ~ '; it has ' ~ known | join(', ')) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if published and not _is_match_file(published) and load_relation(ref(published.table)) -%}
        {%- set known = run_query('describe ' ~ ref(published.table)).columns[0].values() | list -%}
        {%- for key in ['first', 'second'] if published[key] | lower not in known | map('lower') -%}
            {%- do problems.append('verification.' ~ key ~ ': ' ~ published.table ~ ' has no column ' ~ published[key] ~ '; it has ' ~ known | join(', ')) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if problems -%}
        {{ exceptions.raise_compiler_error('the tables of match ' ~ match.name ~ ' do not serve:\n  ' ~ problems | join('\n  ')) }}
    {%- endif -%}
{%- endmacro %}
