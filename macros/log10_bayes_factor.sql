{#- log10 of the Bayes factor that an X-ray and a Gaia source are one, from their positions: Budavari & Szalay 2008,
    ApJ 679, 301, eq. 16, with an elliptical X-ray error. Positive favours one object; NULL without an X-ray error.

    `xray` has ra, dec (deg) and pos_err_major_arcsec, pos_err_minor_arcsec, pos_err_angle_deg (1 sigma, north through
    east); `pairs` has gaia_ra_xray_epoch, gaia_dec_xray_epoch (deg), separation_arcsec and gaia_pos_err_arcsec
    (1 sigma, circular). The var ellipse_formula chooses `exact` (the Gaussian with the sum of both covariances, the offset
    in the X-ray source's own frame, in which its angle is given) or `nway` (NWAY 4.8's first-order expression, the
    offset in Gaia's frame). -#}
{% macro log10_bayes_factor(xray, pairs) -%}
    {% set xray_position = xray ~ '.ra, ' ~ xray ~ '.dec' %}
    {% set gaia_position = pairs ~ '.gaia_ra_xray_epoch, ' ~ pairs ~ '.gaia_dec_xray_epoch' %}
    {%- if var('ellipse_formula') == 'exact' -%}
        {{ _log10_bayes_factor_exact(xray, pairs, _axes(xray, xray_position ~ ', ' ~ gaia_position)) }}
    {%- else -%}
        {{ _log10_bayes_factor_nway(xray, pairs, _axes(xray, gaia_position ~ ', ' ~ xray_position)) }}
    {%- endif -%}
{%- endmacro %}

{#- The offset between two positions (centre and other, "ra, dec, ra, dec"), in radians, along the major axis of the
    X-ray ellipse and across it: two SQL expressions. -#}
{% macro _axes(xray, positions) -%}
    {% set east, north = offset_east(*positions.split(', ')), offset_north(*positions.split(', ')) %}
    {% set angle = 'radians(' ~ xray ~ '.pos_err_angle_deg)' %}
    {{ return([
        '(' ~ east ~ ' * sin(' ~ angle ~ ') + ' ~ north ~ ' * cos(' ~ angle ~ '))',
        '(' ~ east ~ ' * cos(' ~ angle ~ ') - ' ~ north ~ ' * sin(' ~ angle ~ '))',
    ]) }}
{%- endmacro %}

{#- log10 of 2 (arcsec per radian)^2: errors are in arcsec, Bayes factors in steradians. -#}
{% macro _log10_two_arcsec2() -%} (log10(2) + 2 * log10(degrees(1) * 3600)) {%- endmacro %}

{% macro _square(x) -%} ({{ x }} * {{ x }}) {%- endmacro %}

{#- In the axes of the X-ray ellipse the covariance of both positions together is diagonal. -#}
{% macro _log10_bayes_factor_exact(xray, pairs, axes) -%}
    {% set var_gaia = _square(pairs ~ '.gaia_pos_err_arcsec') %}
    {% set var_major = '(' ~ _square(xray ~ '.pos_err_major_arcsec') ~ ' + ' ~ var_gaia ~ ')' %}
    {% set var_minor = '(' ~ _square(xray ~ '.pos_err_minor_arcsec') ~ ' + ' ~ var_gaia ~ ')' %}
    {{ _log10_two_arcsec2() }} - log10({{ var_major }} * {{ var_minor }}) / 2
    - pow(degrees(1) * 3600, 2) / (2 * ln(10))
        * ({{ _square(axes[0]) }} / {{ var_major }} + {{ _square(axes[1]) }} / {{ var_minor }})
{%- endmacro %}

{#- NWAY takes the circular equivalent of the ellipse and scales the separation by the variance towards the
    partner, which is the minor axis squared along the major axis and the major axis squared across it. -#}
{% macro _log10_bayes_factor_nway(xray, pairs, axes) -%}
    {% set var_major, var_minor = _square(xray ~ '.pos_err_major_arcsec'), _square(xray ~ '.pos_err_minor_arcsec') %}
    {% set var_gaia = _square(pairs ~ '.gaia_pos_err_arcsec') %}
    {% set along2, across2 = _square(axes[0]), _square(axes[1]) %}
    {% set circular = '((' ~ var_major ~ ' + ' ~ var_minor ~ ') / 2 + ' ~ var_gaia ~ ')' %}
    {% set towards = '((' ~ along2 ~ ' + ' ~ across2 ~ ') / (' ~ across2 ~ ' / ' ~ var_major ~ ' + ' ~ along2 ~ ' / ' ~ var_minor ~ '))' %}
    {{ _log10_two_arcsec2() }} - log10({{ circular }})
    - case
        when {{ pairs }}.separation_arcsec = 0 then 0
        else {{ _square(pairs ~ '.separation_arcsec') }} * ({{ towards }} + {{ var_gaia }}) / {{ circular }} / (2 * {{ circular }} * ln(10))
    end
{%- endmacro %}
