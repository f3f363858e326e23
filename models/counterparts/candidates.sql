-- Every Gaia source within the match radius of every X-ray source, Gaia moved to the X-ray epoch where that is known.
{% set gaia_columns = [
    'gaia_source_id', 'ra', 'dec', 'ref_epoch', 'pmra', 'pmdec', 'ra_error', 'dec_error', 'pmra_error', 'pmdec_error',
    'phot_g_mean_mag',
] %}
with xray as (
    {{ touched_cells(ref('xray_positions'), ['xray_key', 'ra', 'dec', 'xray_epoch']) }}
),

slow as (
    select
        {{ gaia_columns | join(', ') }},
        {{ sky_cell('ra', 'dec') }} as sky_cell
    from {{ ref('stg_gaia__sources') }}
    where not {{ is_fast_mover() }}
),

fast as (
    select
        {{ gaia_columns | join(', ') }},
        sky_cell
    from {{ ref('stg_gaia__sources') }}
    inner join {{ ref('fast_movers') }} using (gaia_source_id)
),

near as (
    select
        xray.* exclude (sky_cell) rename (ra as csc_ra, dec as csc_dec),
        slow.* exclude (sky_cell),
        {{ great_circle_arcsec('xray.ra', 'xray.dec', 'slow.ra', 'slow.dec') }} as separation_gaia_epoch_arcsec
    from xray
    inner join slow using (sky_cell)
    where
        abs(xray.dec - slow.dec) <= {{ search_radius_arcsec() }} / 3600.0
        and separation_gaia_epoch_arcsec <= {{ search_radius_arcsec() }}
    union all
    select distinct
        xray.* exclude (sky_cell) rename (ra as csc_ra, dec as csc_dec),
        fast.* exclude (sky_cell),
        {{ great_circle_arcsec('xray.ra', 'xray.dec', 'fast.ra', 'fast.dec') }} as separation_gaia_epoch_arcsec
    from xray
    inner join fast using (sky_cell)
),

moved as (
    select
        *,
        xray_epoch - ref_epoch as years,
        pmra is not null and pmdec is not null and years is not null as is_moved,
        case when is_moved then {{ moved_position('ra', 'dec', 'pmra', 'pmdec', 'years') }} end as position
    from near
)

select
    xray_key,
    gaia_source_id,
    ra as gaia_ra,
    dec as gaia_dec,
    case when is_moved then position.ra else ra end as gaia_ra_xray_epoch,
    case when is_moved then position.dec else dec end as gaia_dec_xray_epoch,
    case
        when is_moved then {{ great_circle_arcsec('csc_ra', 'csc_dec', 'gaia_ra_xray_epoch', 'gaia_dec_xray_epoch') }}
        else separation_gaia_epoch_arcsec
    end as separation_arcsec,
    separation_gaia_epoch_arcsec,
    -- circular equivalent of the catalogue's errors, grown by the proper motion's error over the years moved
    coalesce(sqrt(
        (ra_error * ra_error + dec_error * dec_error) / 2
        + coalesce((pmra_error * pmra_error + pmdec_error * pmdec_error) / 2 * years * years, 0)
    ) / 1000, {{ var('gaia_default_pos_err_arcsec') }}) as gaia_pos_err_arcsec,
    phot_g_mean_mag
from moved
where separation_arcsec <= {{ var('match_radius_arcsec') }}
