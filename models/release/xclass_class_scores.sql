-- Precision, recall and F1 of each class, on sources XClass has not seen: Rangelov et al., figure 5.
with confusion as (
    select * from {{ ref('xclass_confusion') }}
),

names as (
    select distinct way, part, level, true_class as of_class from confusion
    union
    select distinct way, part, level, class as of_class from confusion
),

counts as (
    select
        way,
        part,
        level,
        of_class,
        coalesce(sum(n_sources) filter (true_class = of_class), 0)::integer as n_true,
        coalesce(sum(n_sources) filter (class = of_class), 0)::integer as n_said,
        coalesce(sum(n_sources) filter (true_class = of_class and class = of_class), 0)::integer as n_right
    from confusion
    inner join names using (way, part, level)
    group by way, part, level, of_class
)

select
    way,
    part,
    level,
    of_class as class,
    n_true,
    n_said,
    n_right,
    n_right / nullif(n_said, 0) as precision,
    n_right / nullif(n_true, 0) as recall,
    2 * n_right / nullif(n_true + n_said, 0) as f1
from counts
order by way, part, level, class
