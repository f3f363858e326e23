-- Every entry of the catalogues of known objects: its class, and why it is not used if it is not. Rangelov et al., section 2.1.
{% set catalogues = {
    'veroncetty': "'AGN'", 'liu_lmxb': "'LMXB'", 'liu_hmxb': "'HMXB'", 'ritterkolb_lmxb': "'LMXB'", 'ritterkolb_cv': "'CV'", 'downes': "'CV'",
    'skiff': star_class('spectral_type'), 'apogee': "'LM-STAR'", 'vanderhucht': "'HM-STAR'", 'vanderhucht_annex': "'HM-STAR'",
    'snr_m33': "'SNR'", 'snr_ngc6946': "'SNR'", 'snr_m83': "'SNR'",
} %}
with entries as (
    {% for catalogue, class in catalogues.items() %}
    select
        '{{ catalogue }}' as catalogue,
        {{ class }} as class,
        {% if catalogue == 'apogee' %}
        -- no valid parameters, or a velocity that varies by more than 1 km/s: perhaps no single star
        case
            when teff is null or logg is null then 'no effective temperature or gravity'
            when s_hrv > 1.0 then 'radial velocity varies'
        end as reason,
        {% endif %}
        * {{ 'exclude (teff, logg, s_hrv)' if catalogue == 'apogee' }}
    from {{ ref('stg_literature__' ~ catalogue) }}
    {{ 'union all by name' if not loop.last }}
    {% endfor %}
)

select
    row_number() over (order by catalogue, band nulls first, recno) - 1 as entry_id,
    catalogue,
    band,
    recno,
    class,
    name,
    {{ normalised_name('name') }} as normalised_name,
    spectral_type,
    ra,
    dec,
    case
        when ra is null or dec is null then 'no position'
        when class is null then 'spectral type is ambiguous'
        else reason
    end as not_used_because
from entries
order by entry_id
