{#- Whether a source inside a gamma-ray region counts: significant, its class confident and not
    known before. The published counts (Yang et al. 2022, table 7) leave the training sources
    out.

    region_counts_source() over the columns significance, is_confident and is_training_source -#}
{% macro region_counts_source(significance='significance', is_confident='is_confident', is_training_source='is_training_source') -%}
    (
        {{ significance }} >= {{ var('region_min_significance') }}
        and {{ is_confident }}
        and not {{ is_training_source }}
    )
{%- endmacro %}
