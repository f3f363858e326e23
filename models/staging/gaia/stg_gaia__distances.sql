select
    source_id as gaia_source_id,
    {% for quantity in ['r_med_geo', 'r_lo_geo', 'r_hi_geo', 'r_med_photogeo', 'r_lo_photogeo', 'r_hi_photogeo'] %}
        {{ number(quantity) }} as {{ quantity }},
    {% endfor %}
from {{ source('gaia', 'gaia_distance') }}
