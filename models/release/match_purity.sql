select
    probability,
    cut_by,
    bin,
    p_cut,
    n_sources,
    n_fakes,
    n_selected,
    fake_share,
    n_false,
    n_false_error,
    n_counterparts,
    purity,
    purity_error,
    completeness,
    completeness_error
from {{ ref('purity_estimates') }}
order by probability, cut_by, bin, p_cut
