{#- True for a star that moves farther than the candidate join's slack between its own epoch and some X-ray epoch.
    `epochs` has the columns first_epoch and last_epoch. -#}
{% macro is_fast_mover(gaia, epochs) -%}
    coalesce(
        sqrt(pow({{ gaia }}.pmra, 2) + pow({{ gaia }}.pmdec, 2)) / 1000
        * greatest(abs({{ epochs }}.first_epoch - {{ gaia }}.ref_epoch), abs({{ epochs }}.last_epoch - {{ gaia }}.ref_epoch))
        > {{ var('slow_motion_arcsec') }}, false)
{%- endmacro %}
