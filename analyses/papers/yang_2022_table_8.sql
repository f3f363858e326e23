-- Table 8 of Yang et al. 2022: ten of the classified X-ray sources.
-- One row per well measured X-ray source that does not train: the first by name. All are in
-- formats.muwclass_classes.
select
    csc_name,
    err_ellipse_r0,
    significance,
    flux_b,
    var_intra_prob,
    var_inter_prob,
    gmag,
    jmag,
    w1mag,
    class,
    class_prob,
    e_class_prob,
    confidence_threshold
from {{ ref('muwclass_classes') }}
where not is_training_source and {{ is_well_measured() }}
order by csc_name
limit 10
