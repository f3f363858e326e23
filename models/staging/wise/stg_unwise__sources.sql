select
    unwise_objid,
    ra,
    dec,
    {% for band in ['w1', 'w2'] %}
        -- a band without detection has zeros in the archive
        nullif({{ number('flux_' ~ band) }}, 0) as flux_{{ band }},
        nullif({{ number('dflux_' ~ band) }}, 0) as dflux_{{ band }},
        -- and an error that could not be had is 1e20
        {% for axis in ['x', 'y'] %}
            {% set error = 'd' ~ axis ~ '_' ~ band %}
            case when {{ number(error) }} < 1e19 then nullif({{ error }}, 0) end as {{ error }},
        {% endfor %}
    {% endfor %}
    "primary"
from {{ source('wise', 'unwise') }}
