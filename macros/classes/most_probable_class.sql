{#- The class of the largest of a list of probabilities in the order of `classes`, of equal ones the
    first; NULL where all are. -#}
{% macro most_probable_class(probabilities, classes) -%}
    {#- a NULL would be found at the first place of a list of them -#}
    case when list_max({{ probabilities }}) is not null
        then ['{{ classes | join("', '") }}'][list_position({{ probabilities }}, list_max({{ probabilities }}))]
    end
{%- endmacro %}
