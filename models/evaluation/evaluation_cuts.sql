-- Ways of cutting the X-ray sources whose truth is known into bins. One row per source and way of
-- cutting; evaluation only.
with
    judged as (
        select
            csc_name,
            truth.gaia_source_id as counterpart,
            kind,
            min_theta_mean,
            g_mag_true,
            log10(nullif(flux_aper90_b, 0)) as log10_flux_b,
            split,
            density_deg2 / 3600 as density_arcmin2
        from {{ ref('stg_truth') }} as truth
        inner join {{ ref('chosen_counterparts') }} using (csc_name)
        inner join
            (
                select primary_key, density_deg2
                from {{ ref('primary_densities') }}
                where catalogue = 2
            ) using (primary_key)
        inner join {{ ref('xray_positions') }} using (csc_name)
        inner join
            (select csc_name, flux_aper90_b from {{ ref('stg_csc__sources') }}) using (csc_name)
        left join
            (
                select csc_name, split
                from {{ ref('labelled_pairs') }}
                inner join {{ ref('primaries') }} using (primary_key)
                where is_positive
            ) using (csc_name)
    )

select csc_name, counterpart, 'all' as cut_by, 'all' as bin
from judged
union all
select csc_name, counterpart, 'kind' as cut_by, kind as bin
from judged
union all
select
    csc_name,
    counterpart,
    'off-axis angle' as cut_by,
    {{ labelled_bin('min_theta_mean', [0, 3, 6, 10, 15], 'arcmin') }} as bin
from judged
union all
select
    csc_name,
    counterpart,
    'Gaia density' as cut_by,
    {{ labelled_bin('density_arcmin2', [0, 1, 5, 20, 50, 150], 'arcmin-2') }} as bin
from judged
union all
select
    csc_name,
    counterpart,
    'X-ray flux' as cut_by,
    {{ labelled_bin('log10_flux_b', [-17, -15, -14.5, -14, -13.5, -13], 'dex') }} as bin
from judged
union all
select
    csc_name,
    counterpart,
    'G of the true object' as cut_by,
    {{ labelled_bin('g_mag_true', [0, 12, 15, 18, 19.5, 21], 'mag') }} as bin
from judged
union all
select csc_name, counterpart, 'part of the positive set' as cut_by, coalesce(split, 'none') as bin
from judged
