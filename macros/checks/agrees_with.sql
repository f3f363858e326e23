{#- Columns say what another table says of the same key. `columns` is a list, or a mapping of
    names here to names there, as is `by`. Numbers may differ by `tolerance`; a row whose key the
    other table lacks fails.

      - agrees_with: {arguments: {to: ref('stg_gaia__sources'), by: [gaia_source_id], columns: {gaia_ra: ra}}} -#}
{% test agrees_with(model, to, by, columns, tolerance=none) %}
    {%- set keys = by if by is mapping else dict(zip(by, by)) -%}
    {%- set pairs = columns if columns is mapping else dict(zip(columns, columns)) -%}
    {%- set joins, problems = [], [] -%}
    {%- for here, there in keys.items() %}
        {% do joins.append('here.' ~ here ~ ' = there.' ~ there) %}
    {% endfor -%}
    {%- for here, there in pairs.items() -%}
        {%- set one, other = 'here.' ~ here, 'there.' ~ there -%}
        {%- do problems.append(
        one ~ ' is distinct from ' ~ other if tolerance is none
        else 'not coalesce(abs(' ~ one ~ ' - ' ~ other ~ ') <= ' ~ tolerance ~ ', ' ~ one ~ ' is null and ' ~ other ~ ' is null)'
    ) -%}
    {%- endfor %}
    with here as (select * from {{ model }})

    select here.*
    from here
    left join {{ to }} as there on {{ joins | join(' and ') }}
    where there.{{ keys.values() | first }} is null or {{ problems | join('\n    or ') }}
{% endtest %}
