-- Pairs taken for false, of the X-ray sources that have a positive pair. One row per pair.
--   clear: the farthest candidate that was not selected; intermediate: the others; both at least 5 arcsec off.
--   random: Gaia sources near no X-ray source; they have no separation and no probabilities, marked by -1 as published.
with positives as (
    select
        *,
        row_number() over (order by {{ uniform_hash('csc_name', 'random negatives') }}, csc_name) - 1 as place
    from {{ ref('positive_pairs') }}
),

others as (
    select
        xray_key,
        posteriors.gaia_source_id,
        posteriors.separation_arcsec,
        posteriors.p_any,
        posteriors.p_i,
        row_number() over (partition by xray_key order by posteriors.separation_arcsec desc, posteriors.gaia_source_id) as rank
    from {{ ref('posteriors') }} as posteriors
    inner join positives using (xray_key)
    where
        ncat = 2
        and posteriors.gaia_source_id <> positives.gaia_source_id
        and posteriors.separation_arcsec >= {{ var('negative_separation_arcsec') }}
),

-- the drawn sources are dealt round; where the sky holds too few of them, some X-ray sources get fewer
dealt as (
    select
        gaia_source_id,
        draw % (select count(*) from positives) as place
    from {{ ref('random_gaia_sources') }}
)

select
    xray_key,
    gaia_source_id,
    case when rank = 1 then 'clear' else 'intermediate' end as kind,
    separation_arcsec,
    p_any,
    p_i
from others
union all
select
    xray_key,
    dealt.gaia_source_id,
    'random' as kind,
    -1.0 as separation_arcsec,
    -1.0 as p_any,
    -1.0 as p_i
from dealt
inner join positives using (place)
