-- Table 10 of Yang et al. 2022: ten of the X-ray sources in gamma-ray regions.
-- One row per region and X-ray source, the first by both. All are in region_candidates.
select
    candidates.region_name,
    csc_name,
    err_ellipse_r0,
    candidates.significance,
    candidates.flux_b,
    var_intra_prob,
    var_inter_prob,
    gmag,
    jmag,
    w1mag,
    candidates.class,
    candidates.class_prob,
    candidates.confidence as confidence_threshold
from {{ ref('region_candidates') }} as candidates
inner join {{ ref('muwclass_classes') }} using (csc_name)
where classifier = 'muwclass'
order by region_name, csc_name
limit 10
