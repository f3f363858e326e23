-- How often the class is right, by its membership probability: of a calibrated classifier as often as that says.
select
    classifier,
    features,
    scheme,
    least(floor(class_prob * 20), 19)::integer / 20 as class_prob_min,
    count(*)::integer as n_predictions,
    {{ exact_sum('class_prob') }} / count(*) as mean_class_prob,
    count(*) filter (class = true_class) / count(*) as share_right
from {{ ref('boosted_out_of_fold') }}
group by all
order by classifier, features, scheme, class_prob_min
