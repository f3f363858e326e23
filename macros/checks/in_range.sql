{#- Values lie between `min` and `max` (either may be left out, both belong to the range), in all
    `columns` by one scan. NULL passes, except in rows where `known_where` holds. `tolerance`:
    sums of probabilities exceed 1 by rounding.

      - in_range: {arguments: {columns: [p_any, p_i], min: 0, max: 1, known_where: pos_err is not null}} -#}
{% test in_range(model, columns=none, column_name=none, min=none, max=none, known_where='false', tolerance=1e-9) %}
    {%- set problems = [] -%}
    {%- for column in columns or [column_name] -%}
        {%- if min is not none -%}
            {%- do problems.append(column ~ ' < ' ~ min ~ ' - ' ~ tolerance) -%}
        {%- endif -%}
        {%- if max is not none -%}
            {%- do problems.append(column ~ ' > ' ~ max ~ ' + ' ~ tolerance) -%}
        {%- endif -%}
        {%- do problems.append(column ~ ' is null and (' ~ known_where ~ ')') -%}
    {%- endfor %}
    select *
    from {{ model }}
    where {{ problems | join('\n    or ') }}
{% endtest %}
