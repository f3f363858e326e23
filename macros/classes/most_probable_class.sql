{#- The class of the largest of a list of probabilities in the order of `classes`, of equal ones the
    first; NULL where all are.

    {{ most_probable_class('probabilities', classes_of('boosted')) }} -#}
{% macro most_probable_class(probabilities, classes) -%}
    {#- a NULL would be found at the first place of a list of them -#}
    case
        when list_max({{ probabilities }}) is not null
        then
            {{ text_list(classes) }} [
                list_position({{ probabilities }}, list_max({{ probabilities }}))
            ]
    end
{%- endmacro %}
