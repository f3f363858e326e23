-- The probability of the class that is said, in the stage that decided, against how often it is right; numbers of right and wrong ones: Rangelov et al., figures 6 and 7.
select
    way,
    part,
    level,
    least(floor(confidence * 10), 9)::integer as bin,
    bin / 10.0::double as p_low,
    (bin + 1) / 10.0::double as p_high,
    count(*)::integer as n_claims,
    count(*) filter (class = true_class)::integer as n_right,
    count(*) filter (class <> true_class)::integer as n_wrong,
    {{ exact_sum('confidence') }} / n_claims as p_mean,
    n_right / n_claims as right_share
from {{ ref('xclass_out_of_fold') }}
group by way, part, level, bin
order by way, part, level, bin
