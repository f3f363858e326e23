{#- Whether an X-ray source with the columns of source_properties is one of the well measured point
    sources of Yang et al. 2022, section 5: significant, well placed, neither confused nor extended.

    {{ is_well_measured() }} -#}
{% macro is_well_measured() -%}
    (
        significance >= 3
        and err_ellipse_r0 < 1
        and not regexp_matches(coalesce(csc_flags, ''), 'conf|extent')
    )
{%- endmacro %}
