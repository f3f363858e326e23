-- What are the confidently classified X-ray sources in the field of each gamma-ray source, and
-- which of them could be its counterpart?
select region_name, classifier, summary as confident_classifications, possible_associations
from {{ ref('region_class_counts') }}
where n_confident > 0
order by possible_associations is null, region_name, classifier
