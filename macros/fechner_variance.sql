{#- Variance of a Fechner (split normal) distribution, from its mode and its lower and upper 68 % limit: equation 1b of
    Yang et al. (2022), ApJ 941, 104. In the square of the mode's unit. -#}
{% macro fechner_variance(mode, low, high) -%}
    (
        (1 - 2 / pi()) * pow(({{ high }}) + ({{ low }}) - 2 * ({{ mode }}), 2)
        + (({{ high }}) - ({{ mode }})) * (({{ mode }}) - ({{ low }}))
    )
{%- endmacro %}
