-- How good each classifier is on sources that it was not trained on: means over the repeats of the
-- validation, and deviations between them.
{% set axes = 'classifier, variant, is_released, scheme, class_set, subset, class' %}
{% set measures = ['accuracy', 'balanced_accuracy', 'macro_f1', 'weighted_f1', 'mcc', 'purity', 'completeness', 'f1', 'coverage', 'field_coverage'] %}
{% set others = ['kappa', 'log_loss', 'brier', 'ece', 'auc', 'set_size'] %}
with
    measured as (select * from {{ ref('class_measures') }}),

    means as (
        select
            {{ axes }},
            count(*)::integer as n_repeats,
            max(n)::integer as n,
            sum(n_predicted) / count(*) as n_predicted,
            sum(n_right) / count(*) as n_right,
            max(n_fields)::integer as n_fields,
            {% for measure in measures + others -%}
                {{ exact_sum(measure) }}
                / nullif(count({{ measure }}), 0) as mean_{{ measure }}{{ ',' if not loop.last }}
            {% endfor %}
        from measured
        group by {{ axes }}
    ),

    deviations as (
        select
            {{ axes }},
            {% for measure in measures -%}
                case
                    when count({{ measure }}) > 1
                    then
                        sqrt(
                            {{ exact_sum('pow(' ~ measure ~ ' - mean_' ~ measure ~ ', 2)') }}
                            / (count({{ measure }}) - 1)
                        )
                end as e_{{ measure }}{{ ',' if not loop.last }}
            {% endfor %}
        from measured
        inner join means using ({{ axes }})
        group by {{ axes }}
    )

select
    {{ axes }},
    n,
    n_repeats,
    n_predicted,
    n_right,
    {% for measure in measures -%}
        mean_{{ measure }} as {{ measure }}, e_{{ measure }},
    {% endfor -%}
    {% for measure in others -%} mean_{{ measure }} as {{ measure }}, {% endfor -%}
    n_fields
from means
inner join deviations using ({{ axes }})
order by {{ axes }}
