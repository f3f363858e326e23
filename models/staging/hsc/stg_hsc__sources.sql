select
    "MatchID" as hsc_match_id,
    "MatchRA" as ra,
    "MatchDec" as dec,
    {{ number('"DSigma"') }} / 1000 as pos_err_arcsec,
    {% for filter in hsc_filters() %}
        {{ number('"' ~ filter ~ '"') }} as {{ filter | lower }},
        {{ number('"' ~ filter ~ '_MAD"') }} as e_{{ filter | lower }},
    {% endfor %}
from {{ source('hsc', 'hsc') }}
