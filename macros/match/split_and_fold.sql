{#- The part of the training data that a source belongs to (64 % train, 16 % validation, 20 % test) and one of five folds, by the
    hash of its id: two columns. -#}
{% macro split_and_fold(id) -%}
    case
        when {{ uniform_hash(id, 'split') }} < 0.20 then 'test'
        when {{ uniform_hash(id, 'split') }} < 0.36 then 'validation'
        else 'train'
    end as split,
    floor({{ uniform_hash(id, 'fold') }} * 5)::integer as fold
{%- endmacro %}
