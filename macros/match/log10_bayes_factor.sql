{#- log10 of the Bayes factor that a primary and a candidate are one, from their positions:
    Budavari & Szalay 2008, ApJ 679, 301, eq. 16, with an elliptical error of the primary and a
    circular one of the candidate. Positive favours one object; NULL without the primary's error.

    `primaries` has ra, dec (deg) and major, minor (arcsec, 1 sigma), angle (deg, north through
    east); `candidates` has ra, dec, separation_arcsec and major. `formula`: `exact` (the
    Gaussian with the sum of both covariances, the offset in the primary's own frame, in which
    its angle is given) or `nway` (NWAY 4.8's first-order expression, the offset in the
    candidate's frame).

    {{ log10_bayes_factor('primaries', 'candidates', 'exact') }} -#}
{% macro log10_bayes_factor(primaries, candidates, formula) -%}
    {% set primary = primaries ~ '.ra, ' ~ primaries ~ '.dec' %}
    {% set candidate = candidates ~ '.ra, ' ~ candidates ~ '.dec' %}
    {%- if formula == 'exact' -%}
        {{ _log10_bayes_factor_exact(primaries, candidates, _axes(primaries, primary ~ ', ' ~ candidate)) }}
    {%- else -%}
        {{ _log10_bayes_factor_nway(primaries, candidates, _axes(primaries, candidate ~ ', ' ~ primary)) }}
    {%- endif -%}
{%- endmacro %}

{#- The offset between two positions (centre and other, "ra, dec, ra, dec"), in radians, along
    the major axis of the primary's ellipse and across it: two SQL expressions. -#}
{% macro _axes(primaries, positions) -%}
    {% set east, north = offset_east(*positions.split(', ')), offset_north(*positions.split(', ')) %}
    {% set angle = 'radians(' ~ primaries ~ '.angle)' %}
    {{ return([
        '(' ~ east ~ ' * sin(' ~ angle ~ ') + ' ~ north ~ ' * cos(' ~ angle ~ '))',
        '(' ~ east ~ ' * cos(' ~ angle ~ ') - ' ~ north ~ ' * sin(' ~ angle ~ '))',
    ]) }}
{%- endmacro %}

{#- log10 of 2 (arcsec per radian)^2: errors are in arcsec, Bayes factors in steradians. -#}
{% macro _log10_two_arcsec2() -%} (log10(2) + 2 * log10(degrees(1) * 3600)) {%- endmacro %}

{% macro _square(x) -%}({{ x }} * {{ x }}) {%- endmacro %}

{#- In the axes of the primary's ellipse the covariance of both positions together is diagonal. -#}
{% macro _log10_bayes_factor_exact(primaries, candidates, axes) -%}
    {% set own = _square(candidates ~ '.major') %}
    {% set var_major = '(' ~ _square(primaries ~ '.major') ~ ' + ' ~ own ~ ')' %}
    {% set var_minor = '(' ~ _square(primaries ~ '.minor') ~ ' + ' ~ own ~ ')' %}
    {{ _log10_two_arcsec2() }}
    - log10({{ var_major }} * {{ var_minor }}) / 2
    - pow(degrees(1) * 3600, 2)
    / (2 * ln(10))
    * ({{ _square(axes[0]) }} / {{ var_major }} + {{ _square(axes[1]) }} / {{ var_minor }})
{%- endmacro %}

{#- NWAY takes the circular equivalent of the ellipse and scales the separation by the variance
    towards the partner, which is the minor axis squared along the major axis and the major axis
    squared across it. -#}
{% macro _log10_bayes_factor_nway(primaries, candidates, axes) -%}
    {% set var_major, var_minor = _square(primaries ~ '.major'), _square(primaries ~ '.minor') %}
    {% set own = _square(candidates ~ '.major') %}
    {% set along2, across2 = _square(axes[0]), _square(axes[1]) %}
    {% set circular = '((' ~ var_major ~ ' + ' ~ var_minor ~ ') / 2 + ' ~ own ~ ')' %}
    {% set towards = '((' ~ along2 ~ ' + ' ~ across2 ~ ') / (' ~ across2 ~ ' / ' ~ var_major ~ ' + ' ~ along2 ~ ' / ' ~ var_minor ~ '))' %}
    {{ _log10_two_arcsec2() }}
    - log10({{ circular }})
    - case
        when {{ candidates }}.separation_arcsec = 0
        then 0
        else
            {{ _square(candidates ~ '.separation_arcsec') }}
            * ({{ towards }} + {{ own }})
            / {{ circular }}
            / (2 * {{ circular }} * ln(10))
    end
{%- endmacro %}

{#- log10 of the Bayes factor of the members of associations that are of `catalogues`, as NWAY
    4.8 computes it. -#}
{% macro nway_log10_bf(catalogues) -%}
    nway_log10_bayes_factor(
        {%- for quantity in ['ra', 'dec', 'major', 'minor', 'angle'] -%}
            {{ ', ' if not loop.first }} [
                {% for catalogue in catalogues %}
                    {{ quantity }}_{{ catalogue.number }}{{ ', ' if not loop.last }}
                {% endfor %}
            ]
        {%- endfor -%}
    )
{%- endmacro %}
