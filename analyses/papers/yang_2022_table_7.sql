-- Table 7 of Yang et al. 2022: confidently classified X-ray sources in gamma-ray regions.
-- One row per region that has any.
select region_name, n_inside, n_classified, n_confident, summary, possible_associations
from {{ ref('region_class_counts') }}
where classifier = 'muwclass' and n_confident > 0
order by possible_associations is null, region_name
