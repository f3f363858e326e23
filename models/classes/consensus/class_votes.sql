-- How probable each classifier holds each coarse class of each X-ray source it classifies.
{{ coarse_votes({
    'lynceus': ref('lynceus_probabilities'),
    'muwclass': ref('muwclass_probabilities'),
}) }}
