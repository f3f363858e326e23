-- Each star too fast for the simple candidate join, once per sky cell that its track over the X-ray epochs touches.
with fast as (
    select *
    from {{ ref('stg_gaia__sources') }}
    cross join {{ ref('xray_epochs') }}
    where {{ is_fast_mover() }}
)

{{ track_cells('fast', ['gaia_source_id'], var('slow_motion_arcsec')) }}
