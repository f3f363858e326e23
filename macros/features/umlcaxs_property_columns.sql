{#- Names of the properties of a detection that var umlcaxs_properties may choose from: Perez-Diaz
    et al. 2024, Table 1. -#}
{% macro umlcaxs_property_columns() -%}
    {{ return([
        'hard_hm', 'hard_hs', 'hard_ms', 'powlaw_gamma', 'bb_kt', 'var_prob_b', 'var_ratio_b', 'var_prob_h', 'var_ratio_h',
        'var_prob_s', 'var_ratio_s', 'var_newq_b',
    ]) }}
{%- endmacro %}
