-- X-ray sources near known objects: pairs with their separation in units of the position error.
-- Rangelov et al., section 2.3.
{#- arcsec; the radius is at least this; that of remnants; and separation over position error up
    to which a match is secure -#}
{% set least, snr, nu_secure = 0.5, 3.0, 2.0 %}
{% set reach = 'greatest(' ~ var('xclass_nu_excluded') ~ ' * sigma_eff_arcsec, ' ~ [least, snr] | max ~ ')' %}
with
    sources as (select * from {{ ref('xclass_xray') }} where sigma_eff_arcsec is not null),

    pairs as (
        select
            csc_name,
            object_id,
            class,
            significance,
            separation_arcsec,
            separation_arcsec / sigma_eff_arcsec as nu,
            case
                -- remnants are matched at a fixed radius: section 2.1
                when class = 'SNR'
                then separation_arcsec <= {{ snr }}
                else
                    separation_arcsec
                    <= greatest({{ var('xclass_nu_excluded') }} * sigma_eff_arcsec, {{ least }})
                    and nu <= {{ var('xclass_nu_excluded') }}
            end as is_near
        from
            (
                {{ sky_join('sources', ['csc_name', 'sigma_eff_arcsec', 'significance'], ref('xclass_objects'), 15.0, reach) }}
            )
    )

select
    csc_name,
    object_id,
    class,
    separation_arcsec,
    nu,
    case when nu <= {{ nu_secure }} then 'secure' else 'ambiguous' end as match,
    coalesce(significance >= {{ var('xclass_significance') }}, false) as is_significant
from pairs
where is_near
order by csc_name, nu, object_id
