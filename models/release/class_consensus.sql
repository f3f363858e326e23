-- Coarse class of every X-ray source by all classifiers together, and how far they agree.
-- class_probabilities has the probabilities (consensus).
select * from {{ ref('consensus_classes') }} order by csc_name
