select
    designation as allwise_designation,
    ra,
    dec,
    {{ number('sigra') }} as sigra,
    {{ number('sigdec') }} as sigdec,
    {{ number('sigradec') }} as sigradec,
    {% for band in ['w1', 'w2', 'w3', 'w4'] %}
        {{ number(band ~ 'mpro') }} as {{ band }}mpro,
        {{ number(band ~ 'sigmpro') }} as {{ band }}sigmpro,
    {% endfor %}
    cc_flags,
    ext_flg,
    var_flg,
    ph_qual
from {{ source('wise', 'allwise') }}
