{#- Largest separation in arcsec at which a match is believed, by off-axis angle theta (arcmin): Perez-Diaz et
    al. 2026. R90 is the radius that holds 90 % of the counts; 2.15 of a circular Gaussian's sigmas hold 90 %.
    The terms in quadrature: astrometric alignment 0.1", matching 0.5", centroid and its scatter. NULL where theta is: least and
    greatest pass over a NULL. -#}
{% macro separation_limit_arcsec(theta) -%}
    {% set sigma = '((1.1 + 0.05 * ' ~ theta ~ ' + 0.1 * pow(' ~ theta ~ ', 2)) / 2.15)' %}
    case when {{ theta }} is not null then least(10.0, greatest(
        ceil(sqrt(pow(0.1, 2) + pow(0.5, 2) + pow({{ sigma }} / 3, 2) + pow({{ sigma }}, 2)) + 0.5),
        case when {{ theta }} < 3 then 1.5 else 0 end
    )) end
{%- endmacro %}
