{#- The correlation coefficient of Matthews of several classes (Gorodkin 2004, Comput. Biol. Chem. 28, 367), of the sums of macro
    class_metric_sums. NULL if only one class is there, or said. -#}
{% macro matthews_correlation() -%}
    (c * s - pt) / nullif(sqrt((s * s - pp) * (s * s - tt)), 0)
{%- endmacro %}
