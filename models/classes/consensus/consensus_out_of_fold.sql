-- The same of sources of known class, with weights that their field of the sky has no part in.
{{ pooled_votes(ref('held_out_votes'), ref('consensus_weights'), ['field_fold']) }}
order by csc_name, coarse_class
