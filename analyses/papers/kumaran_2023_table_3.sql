-- Table 3 of Kumaran et al. 2023: catalogues of the literature that label the sources.
-- One row per class and catalogue: sources it labels, and those that train.
select
    class,
    label_from as catalogue,
    count(*)::integer as n_labelled,
    count(*) filter (not_used_because is null)::integer as n_training
from {{ ref('boosted_labels') }}
group by class, label_from
order by class, n_labelled desc, catalogue
