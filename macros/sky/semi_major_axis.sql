{#- Semi-major axis of an error ellipse given as WISE catalogues do: errors of right ascension
    times cos(dec) and of declination, and the square root of their covariance with its sign
    (NULL counts as none). The root of the covariance matrix's larger eigenvalue.

    {{ semi_major_axis('sigra', 'sigdec', 'sigradec') }} -#}
{% macro semi_major_axis(sigra, sigdec, sigradec) -%}
    sqrt(
        (pow({{ sigra }}, 2) + pow({{ sigdec }}, 2)) / 2 + sqrt(
            pow((pow({{ sigra }}, 2) - pow({{ sigdec }}, 2)) / 2, 2)
            + pow(coalesce({{ sigradec }}, 0), 4)
        )
    )
{%- endmacro %}
