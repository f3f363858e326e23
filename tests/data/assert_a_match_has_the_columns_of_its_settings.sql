-- Table posteriors has the columns that the settings of the match say, in their order, whatever
-- number of catalogues. The type of an id is that of its catalogue. The contract of the default
-- match, in _position.yml, says the same.
{% set relation = ref('posteriors') %}
{%- set match = match_settings() -%}
{%- set columns = {'primary_key': 'INTEGER', 'is_fake': 'BOOLEAN'} -%}
{%- for catalogue in match.catalogues[1:] -%}
    {%- do columns.update({catalogue.key: none}) -%}
{%- endfor -%}
{%- do columns.update({'ncat': 'INTEGER', 'separation_arcsec': 'DOUBLE'}) -%}
{%- for catalogue in match.catalogues[1:] if match.catalogues | length > 2 -%}
    {%- for other in match.catalogues[:catalogue.number - 1] -%}
        {%- do columns.update({'separation_' ~ catalogue.name ~ '_' ~ other.name: 'DOUBLE'}) -%}
    {%- endfor -%}
{%- endfor -%}
{%- set factors = ['log10_prior', 'log10_bf'] -%}
{%- if not match.pairwise -%}
    {%- do factors.extend(['log10_bf_corrected', 'dist_post'] + match.priors | map(attribute='name') | list + ['log10_weight']) -%}
{%- endif -%}
{%- for name in factors + ['p_single', 'p_any', 'p_i'] -%}
    {%- do columns.update({name: 'DOUBLE'}) -%}
{%- endfor -%}
{%- do columns.update({'match_flag': 'INTEGER', 'all_excluded': 'BOOLEAN'}) -%}
with
    expected(column_index, column_name, data_type) as (
        values
            {% for name, type in columns.items() %}
                (
                    {{ loop.index }},
                    '{{ name }}',
                    {{ dbt.string_literal(type) if type else 'null' }}
                ){{ ',' if not loop.last }}
            {% endfor %}
    ),

    found as (
        select column_index, column_name, data_type
        from duckdb_columns()
        where
            database_name = '{{ relation.database }}'
            and schema_name = '{{ relation.schema }}'
            and table_name = '{{ relation.identifier }}'
    )

select
    expected.column_name as expected_name,
    found.column_name as found_name,
    expected.data_type as expected_type,
    found.data_type as found_type
from expected
full join found using (column_index)
where
    expected.column_name is distinct from found.column_name or expected.data_type <> found.data_type
