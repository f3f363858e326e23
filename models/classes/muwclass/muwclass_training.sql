-- The sources that train: class, measured properties, the folds of the validation, and the field of
-- the sky of each with folds that hold fields whole.
with
    training as (
        select * exclude (not_used_because, label_from)
        from {{ ref('muwclass_labels') }}
        where not_used_because is null
    ),

    fields as ({{ fields_of_sky('training', var('validation_folds')) }})

select
    training.*,
    {% if var('validation_folds') == 0 %}
        row_number() over (order by csc_name)::integer - 1 as fold,
    {% else %}
        -- each fold has its share of each class
        (
            (
                row_number() over (
                    partition by class
                    order by {{ uniform_hash('csc_name', 'class fold') }}, csc_name
                )
                - 1
            )
            % {{ var('validation_folds') }}
        )::integer as fold,
    {% endif %}
    field,
    field_fold
from training
inner join fields using (csc_name)
order by csc_name
