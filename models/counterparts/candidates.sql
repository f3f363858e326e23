-- Every Gaia source within the match radius of every X-ray source, Gaia moved to the X-ray epoch where that is known.
{% set gaia_columns = [
    'gaia_source_id', 'ra', 'dec', 'ref_epoch', 'pmra', 'pmdec', 'ra_error', 'dec_error', 'pmra_error', 'pmdec_error',
    'phot_g_mean_mag',
] %}
with xray as (
    select * from {{ ref('xray_search_cells') }}
),

gaia as (
    select * from {{ ref('stg_gaia__sources') }}
),

slow as (
    select
        gaia.{{ gaia_columns | join(', gaia.') }},
        {{ sky_cell('gaia.ra', 'gaia.dec') }} as sky_cell
    from gaia
    cross join {{ ref('xray_epochs') }} as epochs
    where not {{ is_fast_mover('gaia', 'epochs') }}
),

fast as (
    select
        gaia.{{ gaia_columns | join(', gaia.') }},
        sky_cell
    from {{ ref('fast_movers') }}
    inner join gaia using (gaia_source_id)
),

near as (
    select
        csc_name,
        xray.ra as csc_ra,
        xray.dec as csc_dec,
        xray.xray_epoch,
        slow.* exclude (sky_cell),
        {{ great_circle_arcsec('xray.ra', 'xray.dec', 'slow.ra', 'slow.dec') }} as separation_gaia_epoch_arcsec
    from xray
    inner join slow using (sky_cell)
    where
        abs(xray.dec - slow.dec) <= {{ search_radius_arcsec() }} / 3600.0
        and separation_gaia_epoch_arcsec <= {{ search_radius_arcsec() }}
    union all
    select distinct
        csc_name,
        xray.ra as csc_ra,
        xray.dec as csc_dec,
        xray.xray_epoch,
        fast.* exclude (sky_cell),
        {{ great_circle_arcsec('xray.ra', 'xray.dec', 'fast.ra', 'fast.dec') }} as separation_gaia_epoch_arcsec
    from xray
    inner join fast using (sky_cell)
),

moved as (
    select
        *,
        xray_epoch - ref_epoch as years,
        case
            when pmra is not null and pmdec is not null and years is not null
                then {{ moved_position('ra', 'dec', 'pmra', 'pmdec', 'years') }}
            else {'ra': ra, 'dec': dec}
        end as position
    from near
)

select
    csc_name,
    gaia_source_id,
    csc_ra,
    csc_dec,
    ra as gaia_ra,
    dec as gaia_dec,
    position.ra as gaia_ra_xray_epoch,
    position.dec as gaia_dec_xray_epoch,
    {{ great_circle_arcsec('csc_ra', 'csc_dec', 'gaia_ra_xray_epoch', 'gaia_dec_xray_epoch') }} as separation_arcsec,
    separation_gaia_epoch_arcsec,
    -- circular equivalent of the catalogue's errors, grown by the proper motion's error over the years moved
    coalesce(sqrt(
        (pow(ra_error, 2) + pow(dec_error, 2)) / 2
        + coalesce((pow(pmra_error, 2) + pow(pmdec_error, 2)) / 2 * pow(years, 2), 0)
    ) / 1000, {{ var('gaia_default_pos_err_arcsec') }}) as gaia_pos_err_arcsec,
    phot_g_mean_mag
from moved
where separation_arcsec <= {{ var('match_radius_arcsec') }}
