-- Which associations does a source of the first catalogue have, and what is the probability of each made of?
-- Powers of ten that add up: log10_prior + log10_bf + log10_group (others that belong together without it) + log10 of each
-- factor = log10_weight; log10_sum is that of all, the hypothesis of no counterpart (ncat 1) included. p = weight / sum.
-- lynceus explain matches/....yml '2CXO J...' shows it, with a figure of the field
{{ explain_associations(match_settings(), var('primary_id', '')) }}
