{#- Mean of a Fechner (split normal) distribution, from its mode and its lower and upper 68 %
    limit: Possolo, Merkatas & Bodnar (2019), Metrologia 56, 045009; equation 1a of Yang et al.
    (2022), ApJ 941, 104. In the unit of the mode.

    {{ fechner_mean('flux', 'flux_lolim', 'flux_hilim') }} -#}
{% macro fechner_mean(mode, low, high) -%}
    (({{ mode }}) + sqrt(2 / pi()) * (({{ high }}) + ({{ low }}) - 2 * ({{ mode }})))
{%- endmacro %}

{#- Variance of a Fechner (split normal) distribution, from its mode and its lower and upper 68 %
    limit: equation 1b of Yang et al. (2022), ApJ 941, 104. In the square of the mode's unit. -#}
{% macro fechner_variance(mode, low, high) -%}
    (
        (1 - 2 / pi()) * pow(({{ high }}) + ({{ low }}) - 2 * ({{ mode }}), 2)
        + (({{ high }}) - ({{ mode }})) * (({{ mode }}) - ({{ low }}))
    )
{%- endmacro %}
