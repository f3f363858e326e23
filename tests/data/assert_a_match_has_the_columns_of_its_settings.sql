-- Table posteriors has the columns that the settings of the match say, in their order, whatever
-- number of catalogues.
{% set relation = ref('posteriors') %}
with
    expected(column_index, column_name, data_type) as (
        values
            {% for name, type in match_columns(match_settings()).items() %}
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
