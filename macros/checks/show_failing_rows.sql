{#- Log the first rows that each failed data test found. Called by on-run-end.

    {{ show_failing_rows(results) }} -#}
{% macro show_failing_rows(results) %}
    {%- for result in results if result.status in ['fail', 'warn'] and result.node.resource_type == 'test' -%}
        {%- set rows = run_query('select * from (' ~ result.node.compiled_code ~ ') limit 3') -%}
        {%- do log(result.node.name ~ ' found:', info=true) -%}
        {%- for row in rows.rows -%}
            {%- set values = [] -%}
            {%- for name in rows.column_names -%}
                {%- do values.append(name ~ ' ' ~ row[name]) -%}
            {%- endfor -%}
            {%- do log('  ' ~ values | join(', ') | truncate(300), info=true) -%}
        {%- endfor -%}
    {%- endfor -%}
{% endmacro %}
