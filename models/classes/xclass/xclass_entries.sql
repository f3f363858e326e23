-- Every entry of the catalogues of known objects: its class, and why it is not used if it is not.
-- Rangelov et al., section 2.1.
{% set classes = {
    'veroncetty': 'AGN', 'liu_lmxb': 'LMXB', 'liu_hmxb': 'HMXB', 'ritterkolb_lmxb': 'LMXB', 'ritterkolb_cv': 'CV', 'downes': 'CV',
    'apogee': 'LM-STAR', 'vanderhucht': 'HM-STAR', 'vanderhucht_annex': 'HM-STAR',
    'snr_m33': 'SNR', 'snr_ngc6946': 'SNR', 'snr_m83': 'SNR',
} %}
with
    entries as (
        select
            *,
            case
                catalogue
                {% for catalogue, class in classes.items() %}
                    when '{{ catalogue }}' then '{{ class }}'
                {% endfor %}
                when 'skiff'
                then {{ star_class('spectral_type') }}
            end as class
        from {{ ref('stg_literature__known_objects') }}
    )

select
    row_number() over (order by catalogue, band nulls first, recno) - 1 as entry_id,
    catalogue,
    band,
    recno,
    class,
    name,
    -- without what catalogues write differently: blanks, case, punctuation other than signs
    nullif(regexp_replace(lower(name), '[^a-z0-9+-]', '', 'g'), '') as normalised_name,
    spectral_type,
    ra,
    dec,
    case
        when ra is null or dec is null
        then 'no position'
        when class is null
        then 'spectral type is ambiguous'
        -- no valid parameters, or a velocity that varies by more than 1 km/s: perhaps no single
        -- star
        when catalogue = 'apogee' and (teff is null or logg is null)
        then 'no effective temperature or gravity'
        when s_hrv > 1.0
        then 'radial velocity varies'
    end as not_used_because
from entries
order by entry_id
