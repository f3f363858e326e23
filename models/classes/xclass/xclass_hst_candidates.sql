-- Hubble's objects around X-ray sources that it saw the place of, and how probably each is the
-- counterpart.
{#- arcsec; around an X-ray source, to see that Hubble looked and how crowded it is there (ours) -#}
{% set least = 15.0 %}
{% set reach = 'greatest(' ~ var('xclass_nu_excluded') ~ ' * sigma_eff_arcsec, ' ~ least ~ ')' %}
with
    sources as (select * from {{ ref('xclass_xray') }} where sigma_eff_arcsec is not null),

    pairs as (
        select
            * exclude (ra, dec) rename(other_ra as hst_ra, other_dec as hst_dec),
            {{ reach }} as reach_arcsec,
            separation_arcsec / sigma_eff_arcsec as nu,
            -- per axis: sqrt(-2 ln 0.05) = 2.4477 of it are 95 %
            pow(sigma_eff_arcsec / 2.4477, 2) + pow(coalesce(pos_err_arcsec, 0), 2) as variance
        from
            (
                {{ sky_join('sources', ['csc_name', 'sigma_eff_arcsec'], ref('stg_hsc__sources'), 15.0, reach) }}
            )
    ),

    -- how much more probable the object is there as the counterpart than by chance: Sutherland &
    -- Saunders 1992, MNRAS 259, 413
    compared as (
        select
            *,
            nu <= {{ var('xclass_nu_excluded') }} as is_near,
            count(*) over (partition by csc_name)
            / (pi() * pow(reach_arcsec, 2)) as density_arcsec2,
            case
                when is_near
                then
                    exp(- pow(separation_arcsec, 2) / (2 * variance))
                    / (2 * pi() * variance * density_arcsec2)
                else 0
            end as likelihood_ratio
        from pairs
    ),

    totals as (
        select csc_name, {{ ordered_sum('likelihood_ratio') }} as total
        from compared
        group by csc_name
    )

select
    csc_name,
    hsc_match_id,
    hst_ra,
    hst_dec,
    separation_arcsec,
    nu,
    is_near,
    density_arcsec2,
    {{ var('xclass_hst_completeness') }}
    * total
    / (
        {{ var('xclass_hst_completeness') }} * total + 1 - {{ var('xclass_hst_completeness') }}
    ) as p_any,
    likelihood_ratio / nullif(total, 0) as p_i,
    case
        when is_near
        then row_number() over (partition by csc_name order by separation_arcsec, hsc_match_id)
    end as place,
    -- as in sed_fit: 99 or 999 is no detection
    list_transform(
        [
            {% for filter in var('sed_output_filters') %}
                {{ hsc_magnitude(filter) }}{{ ', ' if not loop.last }}
            {% endfor %}
        ]::double[],
        lambda magnitude: case when magnitude > -50 and magnitude < 99 then magnitude end
    ) as magnitudes
from compared
inner join totals using (csc_name)
order by csc_name, separation_arcsec, hsc_match_id
