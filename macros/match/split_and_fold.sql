{#- The part of the training data that a source belongs to (train, validation, test) and its fold, by the hash of its id: two columns.
    `split` has the shares `test` and `validation`, and the number of `folds`. -#}
{% macro split_and_fold(id, split) -%}
    case
        when {{ uniform_hash(id, 'split') }} < {{ split.test }} then 'test'
        when {{ uniform_hash(id, 'split') }} < {{ split.test + split.validation }} then 'validation'
        else 'train'
    end as split,
    floor({{ uniform_hash(id, 'fold') }} * {{ split.folds }})::integer as fold
{%- endmacro %}
