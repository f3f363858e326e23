-- How probable each classifier holds each coarse class of each X-ray source it classifies.
{{ coarse_votes({
    'boosted': ref('boosted_probabilities'),
    'lynceus': ref('lynceus_probabilities'),
    'muwclass': ref('muwclass_probabilities'),
    'umlcaxs': ref('umlcaxs_probabilities'),
}) }}
