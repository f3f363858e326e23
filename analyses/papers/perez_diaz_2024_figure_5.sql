-- Figure 5 of Perez-Diaz et al. 2024: confusion matrix of the aggregated classes.
-- One row per panel and cell: fractions of the true class of benchmark detections. Held out are
-- detections, as in the paper, and whole sources with all of theirs.
select
    case scheme when 'detection' then 'detections held out' else 'sources held out' end as panel,
    true_class as down,
    class as across,
    fraction_of_true as fraction,
    n
from {{ ref('class_confusion') }}
where
    classifier = 'umlcaxs'
    and variant = '{{ var("umlcaxs_rule") }}, detections'
    and class_set = 'aggregated'
    and subset = 'all'
order by panel, down, across
