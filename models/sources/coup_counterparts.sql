-- Which source of COUP each X-ray source near Orion is. One row per X-ray source with one of COUP
-- within an arcminute: the nearest. Most of these lie near a line of ln(separation) over the
-- off-axis angle, others far above it. The line is that of least absolute deviations; a counterpart
-- lies no higher above it than three standard deviations of what scatters about it, as the median
-- absolute deviation tells them (Perez-Diaz et al. 2026, footnote 3; how many is lost in our copy).
{% set reach = 60.0 %}  {# arcsec #}
{% set deviations = 3 %}
{% set sigma_per_mad = 1.4826022185056018 %}  {# of a normal distribution #}
with
    pairs as (
        {{ sky_join(ref('stg_csc__sources'), ['csc_name'], ref('stg_coup__sources'), reach) }}
    ),

    nearest as materialized(
        select csc_name, coup, separation_arcsec, min_theta_mean, oir_separation
        from pairs
        inner join
            (select csc_name, min_theta_mean from {{ ref('xray_positions') }}) using (csc_name)
        where min_theta_mean is not null
        qualify row_number() over (partition by csc_name order by separation_arcsec, coup) = 1
    ),

    line as (
        select
            lad_line(
                list(min_theta_mean order by csc_name),
                list(ln(separation_arcsec) order by csc_name)
            ) as line
        from nearest
        where separation_arcsec > 0
    ),

    scattered as (
        select
            nearest.*,
            exp(line.intercept + line.slope * min_theta_mean) as line_arcsec,
            ln(nullif(separation_arcsec, 0) / line_arcsec) as deviation
        from nearest
        cross join line
        where line is not null  -- of one source there is none
    ),

    spread as (select median(abs(deviation)) as mad from scattered)

select
    csc_name,
    coup,
    min_theta_mean,
    separation_arcsec,
    oir_separation,
    line_arcsec,
    line_arcsec * exp({{ deviations }} * {{ sigma_per_mad }} * mad) as limit_arcsec,
    separation_arcsec <= limit_arcsec as is_counterpart
from scattered
cross join spread
order by csc_name
