-- What every source is by all classifiers together.
{{ pooled_votes(ref('class_votes'), "(select * exclude (field_fold) from " ~ ref('consensus_weights') ~ " where field_fold = -1)") }}
order by csc_name, coarse_class
