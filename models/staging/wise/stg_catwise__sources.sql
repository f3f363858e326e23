select
    source_id as catwise_source_id,
    source_name as catwise_source_name,
    ra,
    dec,
    {% for quantity in [
        'sigra', 'sigdec', 'sigradec', 'w1mpro', 'w1sigmpro', 'w2mpro', 'w2sigmpro', 'pmra', 'pmdec', 'sigpmra', 'sigpmdec',
    ] %}
        {{ number(quantity) }} as {{ quantity }},
    {% endfor %}
    cc_flags,
    ab_flags
from {{ source('wise', 'catwise') }}
