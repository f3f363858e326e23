-- Figure 4 of Rangelov et al. (XClass): confusion matrices of the first stage and of both.
-- One row per panel and cell: fractions of the true class, of training sources out of folds at
-- random. Class-aware fits are the paper's.
select
    case class_set when 'stage_one' then 'first stage' else 'both stages' end
    || ', '
    || {{ named_fits('variant') }} as panel,
    true_class as down,
    class as across,
    fraction_of_true as fraction,
    n
from {{ ref('class_confusion') }}
where
    classifier = 'xclass'
    and scheme = 'random'
    and class_set in ('stage_one', 'published')
    and subset = 'all'
order by variant desc, class_set desc, down, across
