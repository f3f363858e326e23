select
    designation as twomass_designation,
    ra,
    dec,
    {% for quantity in ['err_maj', 'err_min', 'err_ang', 'j_m', 'j_msigcom', 'h_m', 'h_msigcom', 'k_m', 'k_msigcom'] %}
        {{ number(quantity) }} as {{ quantity }},
    {% endfor %}
    ph_qual,
    cc_flg
from {{ source('twomass', 'twomass') }}
