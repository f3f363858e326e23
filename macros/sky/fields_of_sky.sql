{#- The field of the sky of each source of a relation with csc_name, ra and dec (deg), as a query:
    csc_name, field. Sources within var field_link_deg of each other share one, and so do chains of
    them; fields are numbered in the order of their sources' names. With `folds`, field_fold as
    well: folds that hold fields whole, as even as these allow; 0: each field is one.

    {{ fields_of_sky('training', var('validation_folds')) }} -#}
{% macro fields_of_sky(sources, folds=none) -%}
    select
        unnest(names) as csc_name,
        unnest(fields) as field
        {%- if folds is not none %}
            ,
            unnest(
                {{ 'balanced_folds(fields, ' ~ folds ~ ')' if folds else 'fields' }}
            ) as field_fold
        {% endif %}
    from
        (
            select
                list(csc_name order by csc_name) as names,
                sky_fields(
                    list(ra order by csc_name),
                    list(dec order by csc_name),
                    {{ var('field_link_deg') }}
                ) as fields
            from {{ sources }}
        )
{%- endmacro %}
