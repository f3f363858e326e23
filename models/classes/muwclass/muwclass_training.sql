-- The sources that train: class, measured properties, and the folds of the validation.
select
    labels.* exclude (not_used_because, label_from),
    {% if var('validation_folds') == 0 %} row_number() over (order by csc_name)::integer - 1 as fold
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
        )::integer as fold
    {% endif %}
from {{ ref('muwclass_labels') }} as labels
where not_used_because is null
order by csc_name
