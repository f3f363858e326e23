-- A probability is calibrated if, among claims of probability p, a fraction p is true.
{{ reliability_bins(ref('match_claims'), ['probability']) }}
