-- Figure 4 of Kumaran et al. 2023: training sources with a class probability below each value.
-- One row per variant and bin of the probability of the predicted class (CMP), out of folds at
-- random: the number of sources up to the bin's upper edge. Of several repeats the first.
with
    counted as (
        select variant, bin, count(class_prob) as n
        from (select unnest(range(50)) as bin)
        cross join
            (
                select distinct variant
                from {{ ref('predictions') }}
                where classifier = 'boosted' and scheme = 'random' and class_set = 'own'
            )
        left join
            (
                select variant, class_prob, least(49, floor(50 * class_prob))::integer as bin
                from {{ ref('predictions') }}
                where
                    classifier = 'boosted'
                    and scheme = 'random'
                    and class_set = 'own'
                    and repeat = 1
            ) using (variant, bin)
        group by variant, bin
    )

select
    '' as panel,
    variant as series,
    bin / 50 as low,
    (bin + 1) / 50 as high,
    sum(n) over (partition by variant order by bin)::integer as y
from counted
order by series, low
