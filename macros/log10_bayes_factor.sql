{#- log10 of the Bayes factor that an X-ray and a Gaia source are one, from their positions: Budavari & Szalay 2008,
    ApJ 679, 301, eq. 16, with an elliptical X-ray error. Positive favours one object; NULL without an X-ray error.

    `pairs` has csc_ra, csc_dec, gaia_ra_xray_epoch, gaia_dec_xray_epoch (deg), separation_arcsec, gaia_pos_err_arcsec (circular)
    and pos_err_major_arcsec, pos_err_minor_arcsec, pos_err_angle_deg (1 sigma, north through east). The var
    ellipse_formula chooses `exact` (the Gaussian with the sum of both covariances, offset in the X-ray source's own
    frame, in which its angle is given) or `nway` (NWAY 4.8: a first-order expression, offset in Gaia's frame). -#}
{% macro log10_bayes_factor(pairs) -%}
    {%- if var('ellipse_formula') == 'exact' -%} {{ _log10_bayes_factor_exact(pairs) }}
    {%- elif var('ellipse_formula') == 'nway' -%} {{ _log10_bayes_factor_nway(pairs) }}
    {%- else -%} {{ exceptions.raise_compiler_error("var ellipse_formula is '" ~ var('ellipse_formula') ~ "'; it must be exact or nway") }}
    {%- endif -%}
{%- endmacro %}

{#- log10 of 2 (arcsec per radian)^2: errors are in arcsec, Bayes factors in steradians. -#}
{% macro _log10_two_arcsec2() -%} (log10(2) + 2 * log10(degrees(1) * 3600)) {%- endmacro %}

{#- The covariance of both positions is rotated into the axes of the X-ray ellipse, where it is diagonal. -#}
{% macro _log10_bayes_factor_exact(p) -%}
    {% set frame = p ~ '.csc_ra, ' ~ p ~ '.csc_dec, ' ~ p ~ '.gaia_ra_xray_epoch, ' ~ p ~ '.gaia_dec_xray_epoch' %}
    {% set east = offset_east(p ~ '.csc_ra', p ~ '.csc_dec', p ~ '.gaia_ra_xray_epoch', p ~ '.gaia_dec_xray_epoch') %}
    {% set north = offset_north(p ~ '.csc_ra', p ~ '.csc_dec', p ~ '.gaia_ra_xray_epoch', p ~ '.gaia_dec_xray_epoch') %}
    {% set var_major = '(pow(' ~ p ~ '.pos_err_major_arcsec, 2) + pow(' ~ p ~ '.gaia_pos_err_arcsec, 2))' %}
    {% set var_minor = '(pow(' ~ p ~ '.pos_err_minor_arcsec, 2) + pow(' ~ p ~ '.gaia_pos_err_arcsec, 2))' %}
    {{ _log10_two_arcsec2() }} - log10({{ var_major }} * {{ var_minor }}) / 2
    - pow(degrees(1) * 3600, 2) / (2 * ln(10)) * (
        pow({{ _along(p, east, north) }}, 2) / {{ var_major }} + pow({{ _across(p, east, north) }}, 2) / {{ var_minor }}
    )
{%- endmacro %}

{% macro _log10_bayes_factor_nway(p) -%}
    {% set east = offset_east(p ~ '.gaia_ra_xray_epoch', p ~ '.gaia_dec_xray_epoch', p ~ '.csc_ra', p ~ '.csc_dec') %}
    {% set north = offset_north(p ~ '.gaia_ra_xray_epoch', p ~ '.gaia_dec_xray_epoch', p ~ '.csc_ra', p ~ '.csc_dec') %}
    {% set circular = '((pow(' ~ p ~ '.pos_err_major_arcsec, 2) + pow(' ~ p ~ '.pos_err_minor_arcsec, 2)) / 2 + pow(' ~ p ~ '.gaia_pos_err_arcsec, 2))' %}
    {#- NWAY's variance towards the partner: the minor axis squared along the major axis, the major squared across -#}
    {% set directional = '((pow(' ~ _along(p, east, north) ~ ', 2) + pow(' ~ _across(p, east, north) ~ ', 2)) / (pow(' ~ _across(p, east, north)
        ~ ' / ' ~ p ~ '.pos_err_major_arcsec, 2) + pow(' ~ _along(p, east, north) ~ ' / ' ~ p ~ '.pos_err_minor_arcsec, 2)))' %}
    {{ _log10_two_arcsec2() }} - log10({{ circular }})
    - case
        when {{ p }}.separation_arcsec = 0 then 0
        else pow({{ p }}.separation_arcsec, 2)
            * ({{ directional }} + pow({{ p }}.gaia_pos_err_arcsec, 2)) / {{ circular }} / (2 * {{ circular }} * ln(10))
    end
{%- endmacro %}

{#- Components of an offset along the major axis of the X-ray ellipse and across it. -#}
{% macro _along(p, east, north) -%}
    ({{ east }} * sin(radians({{ p }}.pos_err_angle_deg)) + {{ north }} * cos(radians({{ p }}.pos_err_angle_deg)))
{%- endmacro %}

{% macro _across(p, east, north) -%}
    ({{ east }} * cos(radians({{ p }}.pos_err_angle_deg)) - {{ north }} * sin(radians({{ p }}.pos_err_angle_deg)))
{%- endmacro %}
