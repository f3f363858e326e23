{#- Sums over classes from which metrics follow (Yang et al. 2022, Appendix A), of rows with n_true members of a class, n_said said to be, and n_right
    rightly: s sources, c right ones, balanced_accuracy, macro_f1, and pt, pp, tt for macro matthews_correlation. -#}
{% macro class_metric_sums() -%}
    sum(n_true) as s,
    sum(n_right) as c,
    sum(n_said * n_true) as pt,
    sum(n_said * n_said) as pp,
    sum(n_true * n_true) as tt,
    {{ exact_sum('n_right / nullif(n_true, 0)') }} / nullif(count(*) filter (n_true > 0), 0) as balanced_accuracy,
    {{ exact_sum('2.0::double * n_right / nullif(n_true + n_said, 0)') }} / nullif(count(*) filter (n_true + n_said > 0), 0) as macro_f1
{%- endmacro %}
