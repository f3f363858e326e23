-- Table 9 of Yang et al. 2022: ten of the training sources.
-- One row per training source, the first by name. The class is that by the forest without it (of
-- folds at random; the paper leaves one source out).
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
    predicted.class,
    predicted.class_prob,
    predicted.confidence as confidence_threshold,
    predicted.true_class,
    csc_flags
from {{ ref('muwclass_classes') }}
inner join {{ ref('predictions') }} as predicted using (csc_name)
where classifier = 'muwclass' and is_released and scheme = 'random' and class_set = 'own'
order by csc_name
limit 10
