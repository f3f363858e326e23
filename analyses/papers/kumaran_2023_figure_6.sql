-- Figure 6 of Kumaran et al. 2023: class probabilities of the X-ray sources of unknown class.
-- One row per class and bin of the probability of the predicted class (CMP): its probability
-- density.
with
    counted as (
        select class, least(24, floor(25 * class_prob))::integer as bin, count(*) as n
        from {{ ref('source_classes') }}
        where classifier = 'boosted' and state = 'classified' and not is_training_source
        group by class, bin
    )

select
    class as panel,
    'boosted' as series,
    bin / 25 as low,
    (bin + 1) / 25 as high,
    25 * coalesce(n, 0) / sum(n) over (partition by class) as y
from (select unnest(range(25)) as bin)
cross join (select distinct class from counted)
left join counted using (class, bin)
order by panel, low
