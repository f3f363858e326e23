select
    name as csc_name,
    class as yangetal_training_class,
    -- published properties, as the paper's table rounds them
    {% for quantity in [
        'ra', 'dec', 'err_ellipse_r0', 'significance', 'flux_s', 'e_flux_s', 'flux_m', 'e_flux_m', 'flux_h',
        'e_flux_h', 'flux_b', 'e_flux_b', 'var_intra_prob', 'var_inter_prob', 'gmag', 'e_gmag', 'bpmag', 'e_bpmag',
        'rpmag', 'e_rpmag', 'jmag', 'e_jmag', 'hmag', 'e_hmag', 'kmag', 'e_kmag', 'w1mag', 'e_w1mag', 'w2mag',
        'e_w2mag', 'w3mag', 'e_w3mag', 'parallax', 'parallax_error', 'pm', 'rgeo', 'rgeo_lo', 'rgeo_hi',
    ] %}
        {{ number(quantity) }} as {{ quantity }},
    {% endfor %}
    csc_flags
from {{ source('literature', 'literature_yangetal_training') }}
