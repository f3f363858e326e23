-- Which class XClass takes for which, on sources it has not seen: Rangelov et al., figure 4.
select
    way,
    part,
    level,
    true_class,
    class,
    count(*)::integer as n_sources,
    n_sources / sum(count(*)) over (partition by way, part, level, true_class) as share_of_true,
    n_sources / sum(count(*)) over (partition by way, part, level, class) as share_of_said
from {{ ref('xclass_out_of_fold') }}
group by way, part, level, true_class, class
order by way, part, level, true_class, class
