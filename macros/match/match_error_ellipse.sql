{#- The position error of a catalogue of var match as its 1-sigma ellipse: columns major, minor
    (arcsec) and angle (deg). sqrt(-2 ln(1 - p)) sigmas of a two-dimensional Gaussian hold a
    share p. NWAY reads two sigmas with the axes exchanged (nway's formula puts the minor axis
    where it wants the variance along the major one): mode nway does so too.

    {{ match_error_ellipse(match.catalogues[0], match.formula) }} -#}
{% macro match_error_ellipse(catalogue, formula) -%}
    {% set error = catalogue.error %}
    {% set sigmas = {'1 sigma': '1', '68 %': 'sqrt(-2 * ln(0.32))', '90 %': 'sqrt(-2 * ln(0.10))', '95 %': 'sqrt(-2 * ln(0.05))'}[error.level] %}
    {% set to_arcsec = {'arcsec': '', 'mas': ' / 1000', 'deg': ' * 3600'}[error.unit] %}
    {% set axes, columns = [], [] %}
    {% for column in ([error.value] if error.value else error.columns[:2]) %}
        {% do columns.append(match_number(column)) %}
    {% endfor %}
    {#- the circle of the same mean square -#}
    {% if error.kind == 'circular' and columns | length == 2 %}
        {% set columns = ['sqrt((' ~ columns[0] ~ ' * ' ~ columns[0] ~ ' + ' ~ columns[1] ~ ' * ' ~ columns[1] ~ ') / 2)'] %}
    {% endif %}
    {% for column in columns %}
        {% set axis = '(' ~ column ~ to_arcsec ~ ('' if sigmas == '1' else ' / ' ~ sigmas) ~ ')' %}
        {% set axis = 'coalesce(' ~ axis ~ ', ' ~ error.default_arcsec ~ ')' if error.default_arcsec else axis %}
        {#- greatest would take the floor for a source without error -#}
        {% do axes.append('case when ' ~ axis ~ ' is not null then greatest(' ~ axis ~ ', ' ~ error.floor_arcsec ~ ') end' if error.floor_arcsec else axis) %}
    {% endfor %}
    {% if error.kind == 'circular' %}
        {{ axes[0] }} as major,
        {{ axes[0] }} as minor,
        case when {{ axes[0] }} is not null then 0.0 end as angle
    {% elif error.kind == 'ellipse' %}
        {{ axes[0] }} as major,
        {{ axes[1] }} as minor,
        -- a circle has no angle
        case
            when {{ axes[0] }} is not null then coalesce({{ match_number(error.columns[2]) }}, 0)
        end as angle
    {% else %}
        {% set known = axes[0] ~ ' is not null and ' ~ axes[1] ~ ' is not null' %}
        case when {{ known }} then greatest({{ axes[0] }}, {{ axes[1] }}) end as major,
        case when {{ known }} then least({{ axes[0] }}, {{ axes[1] }}) end as minor,
        case
            when {{ axes[0] }} {{ '>' if formula == 'exact' else '<' }} {{ axes[1] }}
            then 90.0
            else 0.0
        end as angle
    {% endif %}
{%- endmacro %}
