-- The class probabilities of every X-ray source, for each source that may be its counterpart.
with
    scored as (
        select
            csc_name,
            gaia_source_id,
            weight,
            class_probabilities(
                (select model_file from {{ ref('lynceus_model') }}), features
            ) as probabilities
        from {{ ref('lynceus_features') }}
        where role = 'target'
    ),

    trained as (select classes from {{ ref('lynceus_model') }})

select
    csc_name,
    gaia_source_id,
    weight,
    {% for name in classes_of('lynceus') -%}
        probabilities[
            list_position(classes, '{{ name }}')
        ] as p_{{ class_column(name) }}{{ ',' if not loop.last }}
    {% endfor %}
from scored
cross join trained
order by csc_name, gaia_source_id
