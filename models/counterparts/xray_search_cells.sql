-- Each X-ray source once per sky cell that its search circle touches.
with zones as (
    select
        *,
        unnest(range(
            greatest(0, {{ sky_zone('dec - ' ~ search_radius_arcsec() ~ ' / 3600.0') }}::bigint),
            {{ sky_zone('dec + ' ~ search_radius_arcsec() ~ ' / 3600.0') }}::bigint + 1
        )) as zone
    from {{ ref('xray_positions') }}
),

bins as (
    select
        *,
        {{ sky_bins('zone') }}::bigint as n_bins,
        -- half the width in right ascension of the search circle; all of it where the circle holds a pole
        case
            when abs(dec) + {{ search_radius_arcsec() }} / 3600.0 >= 90 then 180
            else degrees(asin(least(1, sin(radians({{ search_radius_arcsec() }} / 3600.0)) / cos(radians(dec))))) + 1e-9
        end as half_width_deg
    from zones
)

select
    xray_key,
    ra,
    dec,
    xray_epoch,
    zone * {{ sky_bins_max() }} + (unnest(range(
        floor((ra - half_width_deg) / 360 * n_bins)::bigint,
        least(
            floor((ra + half_width_deg) / 360 * n_bins)::bigint,
            floor((ra - half_width_deg) / 360 * n_bins)::bigint + n_bins - 1
        ) + 1
    )) + n_bins) % n_bins as sky_cell
from bins
