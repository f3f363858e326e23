{#- The labels of a classifier, a relation with class and not_used_because, and the weight of each
    in training: the size of its class to the power minus `power`, that of the most numerous class
    being 1. NULL for what does not train.

    {{ training_weights(ref('muwclass_labels'), 0.8) }} -#}
{% macro training_weights(labels, power) -%}
    select
        * exclude (n_of_class),
        case
            when not_used_because is null
            then pow(n_of_class / max(n_of_class) over (), - {{ power }})
        end as weight
    from
        (
            select
                *,
                count(*) filter (not_used_because is null) over (partition by class) as n_of_class
            from {{ labels }}
        )
{%- endmacro %}
