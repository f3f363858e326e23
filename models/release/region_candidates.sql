-- Every X-ray source inside a gamma-ray region, and its class by each classifier: Yang et al. 2022,
-- section 6.2.
select
    region_name,
    csc_name,
    separation_deg,
    significance,
    flux_b,
    classifier,
    class,
    class_prob,
    confidence,
    is_confident,
    is_reliable,
    is_training_source
from {{ ref('region_sources') }}
inner join {{ ref('judged_sources') }} using (csc_name)
order by region_name, csc_name, classifier
