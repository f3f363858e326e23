-- How often the class that is named is right, by the probability it is given: on the benchmark, for each rule.
select
    held_out,
    level,
    rule,
    least(floor(class_prob * 10), 9)::integer as bin,
    count(*)::integer as n_claims,
    {{ exact_sum('class_prob') }} / count(*) as mean_class_prob,
    count(*) filter (class = true_class) / count(*) as share_right
from {{ ref('umlcaxs_claims') }}
where scale = 'class' and class is not null
group by held_out, level, rule, bin
order by held_out, level, rule, bin
