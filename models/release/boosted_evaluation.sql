-- How good the boosted trees, and the classifiers compared with them, are on sources they have not seen: cumulative cross-validation (Kumaran et
-- al. 2023, section 3.5), mean and deviation over its repeats. Classes 'weighted' (by members) and 'macro' (alike) are means over classes.
{% set keys = 'classifier, features, scheme, repeat' %}
with cases as (
    select {{ keys }}, true_class as class, count(*) as n_true, 0 as n_said, count(*) filter (class = true_class) as n_right
    from {{ ref('boosted_out_of_fold') }} group by all
    union all
    select {{ keys }}, class, 0, count(*), 0 from {{ ref('boosted_out_of_fold') }} group by all
),

counts as (
    select {{ keys }}, class, sum(n_true) as n_true, sum(n_said) as n_said, sum(n_right) as n_right from cases group by all
),

of_classes as (
    select
        *,
        coalesce(n_right / nullif(n_said, 0), 0) as precision,
        coalesce(n_right / nullif(n_true, 0), 0) as recall,
        2 * n_right / (n_true + n_said) as f1
    from counts
),

-- Matthews' coefficient of many classes (Gorodkin 2004, Comput. Biol. Chem. 28, 367), in whole numbers
wholes as (
    select
        {{ keys }},
        'weighted' as class,
        sum(n_true) as n_true,
        {% for measure in ['precision', 'recall', 'f1'] -%}
        {{ exact_sum(measure ~ ' * n_true / n_sources') }} as {{ measure }},
        {% endfor -%}
        (sum(n_right) * sum(n_true) - sum(n_true * n_said)) / nullif(
            sqrt((pow(sum(n_true), 2) - sum(n_said * n_said)) * (pow(sum(n_true), 2) - sum(n_true * n_true))), 0
        ) as mcc
    from (select *, sum(n_true) over (partition by {{ keys }}) as n_sources from of_classes)
    group by all
    union all
    select
        {{ keys }},
        'macro',
        sum(n_true),
        {% for measure in ['precision', 'recall', 'f1'] -%}
        {{ exact_sum(measure) }} / count(*),
        {% endfor -%}
        null
    from of_classes
    group by all
),

measures as (
    select {{ keys }}, class, n_true, precision, recall, f1, null::double as mcc from of_classes
    union all
    select * from wholes
),

means as (
    select
        *,
        count(*) over repeats as n_repeats,
        {% for measure in ['precision', 'recall', 'f1', 'mcc'] -%}
        {{ exact_sum(measure) | replace('::bigint)', '::bigint) over repeats') }} / n_repeats as mean_{{ measure }}{{ ',' if not loop.last }}
        {% endfor %}
    from measures
    window repeats as (partition by classifier, features, scheme, class)
)

select
    classifier,
    features,
    scheme,
    class,
    any_value(n_true)::integer as n_sources,
    count(*)::integer as n_repeats,
    {% for measure in ['precision', 'recall', 'f1', 'mcc'] -%}
    any_value(mean_{{ measure }}) as {{ measure }},
    case when count(*) > 1 then sqrt({{ exact_sum('pow(' ~ measure ~ ' - mean_' ~ measure ~ ', 2)') }} / (count(*) - 1)) end as e_{{ measure }}{{ ',' if not loop.last }}
    {% endfor %}
from means
group by classifier, features, scheme, class
order by classifier, features, scheme, class
