{#- Per column of a raw table: rows, and the values that are NULL, NaN or infinite, or a
    sentinel. One scan.

    {{ count_missing('gaia_source', source('gaia', 'gaia_source')) }} -#}
{% macro count_missing(table, relation) -%}
    {% set sentinels = var('missing_sentinels') | join(', ') %}
    select
        '{{ table }}' as raw_table,
        unnest.raw_column,
        n_rows,
        unnest.n_null,
        unnest.n_not_finite,
        unnest.n_sentinel
    from
        (
            select
                count(*) as n_rows,
                [
                    {% for column in adapter.get_columns_in_relation(relation) %}
                        {% set numeric = column.data_type | upper in ('DOUBLE', 'INTEGER', 'BIGINT') %}
                        {
                            'raw_column':'{{ column.name }}',
                            'n_null':count(*) - count("{{ column.name }}"),
                            {% if numeric %}
                                'n_not_finite':count(*) filter (
                                    not isfinite("{{ column.name }}"::double)
                                ),
                                'n_sentinel':count(*) filter (
                                    "{{ column.name }}" in ({{ sentinels }})
                                ),
                            {% else %} 'n_not_finite':0, 'n_sentinel':0,
                            {% endif %}
                        },
                    {% endfor %}
                ] as counts
            from {{ relation }}
        ),
        unnest(counts)
{%- endmacro %}
