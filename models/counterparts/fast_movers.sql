-- Each star too fast for the simple candidate join, once per sky cell that its track over the X-ray epochs touches.
with fast as (
    select *
    from {{ ref('stg_gaia__sources') }}
    cross join {{ ref('xray_epochs') }}
    where {{ is_fast_mover() }}
),

-- no point of the track is farther than the slack from one of these; the catalogue position is for sources without epoch
times as (
    select
        *,
        unnest(list_prepend(0.0, [
            first_epoch - ref_epoch + (last_epoch - first_epoch) * step / greatest(n_steps, 1)
            for step in range(n_steps + 1)
        ])) as years
    from (
        select
            *,
            ceil(
                sqrt(pow(pmra, 2) + pow(pmdec, 2)) / 1000 * (last_epoch - first_epoch)
                / (2 * {{ var('slow_motion_arcsec') }})
            )::bigint as n_steps
        from fast
    )
),

track as (
    select
        *,
        {{ moved_position('ra', 'dec', 'pmra', 'pmdec', 'years') }} as position
    from times
)

select distinct
    gaia_source_id,
    {{ sky_cell('position.ra', 'position.dec') }} as sky_cell
from track
