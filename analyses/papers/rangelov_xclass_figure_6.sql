-- Figure 6 of Rangelov et al. (XClass): probability of the class, of right and wrong predictions.
-- One row per panel, kind and bin, of training sources out of folds at random. Class-aware fits are
-- the paper's.
select
    {{ named_fits('variant') }} as panel,
    case when class = true_class then 'correct' else 'incorrect' end as series,
    least(19, floor(20 * class_prob)) / 20 as low,
    low + 0.05 as high,
    count(*)::integer as y
from {{ ref('predictions') }}
where
    classifier = 'xclass'
    and scheme = 'random'
    and class_set = 'published'
    and class_prob is not null
group by panel, series, low
order by panel, series, low
