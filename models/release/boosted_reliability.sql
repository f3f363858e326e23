-- How often the class is right, by its membership probability: of a calibrated classifier as often as that says. Of `boosted` before and after
-- calibration, which does not change what class is the most probable.
with claims as (
    select
        *,
        classifier = 'boosted' as is_calibrated,
        class_prob as claimed
    from {{ ref('boosted_out_of_fold') }}
    union all
    select
        *,
        false,
        list_max(uncalibrated)
    from {{ ref('boosted_out_of_fold') }}
    where classifier = 'boosted'
)

select
    classifier,
    features,
    scheme,
    is_calibrated,
    least(floor(claimed * 20), 19)::integer / 20 as class_prob_min,
    count(*)::integer as n_predictions,
    {{ exact_sum('claimed') }} / count(*) as mean_class_prob,
    count(*) filter (class = true_class) / count(*) as share_right
from claims
group by all
order by classifier, features, scheme, is_calibrated, class_prob_min
