-- Where each X-ray source is, how well that is known, when and how far off-axis it was seen. One
-- row per X-ray source.
with
    sources as (select * from {{ ref('stg_csc__sources') }}),

    observations as (
        select
            *,
            divide(epoch_us(gti_obs), 1000000) as start_seconds,
            divide(epoch_us(coalesce(gti_end, gti_obs)), 1000000) as end_seconds
        from {{ ref('stg_csc__observations') }}
    ),

    -- mid-exposure time weighted by exposure; whole seconds, so that the sum does not depend on the
    -- order of rows
    epochs as (
        select
            csc_name,
            sum(
                (start_seconds + end_seconds)
                * greatest(1, coalesce(round(livetime), end_seconds - start_seconds))::bigint
            ) / sum(
                2 * greatest(1, coalesce(round(livetime), end_seconds - start_seconds))::bigint
            ) as mean_seconds,
            min(theta) as min_theta
        from observations
        group by csc_name
    ),

    stacks as (
        select csc_name, min(theta_mean) as min_theta_mean
        from {{ ref('stg_csc__stacks') }}
        group by csc_name
    )

select
    csc_name,
    sources.ra,
    sources.dec,
    -- the catalogue gives 95 % axes; sqrt(-2 ln 0.05) = 2.4477 of the sigmas of a two-dimensional
    -- Gaussian hold 95 %
    err_ellipse_r0 / sqrt(-2 * ln(0.05)) as pos_err_major_arcsec,
    err_ellipse_r1 / sqrt(-2 * ln(0.05)) as pos_err_minor_arcsec,
    -- a circle has no angle
    coalesce(err_ellipse_ang, 0) as pos_err_angle_deg,
    -- the mean over a stack where the catalogue has it, else the best single observation
    coalesce(min_theta_mean, min_theta) as min_theta_mean,
    -- Julian year; J2000.0 is 946,728,000 s after 1970
    2000 + (mean_seconds - 946728000) / (365.25 * 86400) as xray_epoch
from sources
left join epochs using (csc_name)
left join stacks using (csc_name)
order by csc_name
