{#- True for a star that moves farther than the candidate join's slack between its own epoch and some X-ray epoch. -#}
{% macro is_fast_mover() -%}
    coalesce(
        sqrt(pmra * pmra + pmdec * pmdec) / 1000 * greatest(
            abs((select first_epoch from {{ ref('xray_epochs') }}) - ref_epoch),
            abs((select last_epoch from {{ ref('xray_epochs') }}) - ref_epoch)
        ) > {{ var('slow_motion_arcsec') }}, false)
{%- endmacro %}
