-- Section 6 of Perez-Diaz et al. 2026: systematic error of the ML matches.
-- One row per estimate. Ambiguous matches that position calls secure (p_any and p_i above 0.9,
-- nearer than the positive pairs must be) are true, in all likelihood, and the score has lost them:
-- their number over that of the best ML matches estimates the error (section VI.1, 8 % there; what
-- makes a match close is lost in our copy of it). The other rows count each of them as often as its
-- probability says, by position and by position and properties. Interval: 5 to 95 % of Wilson's for
-- the share of these among both.
{% set distinguishability = (match_settings().classifier or {}).distinguishability or {} %}
{% set close = distinguishability.adopted_separation_arcsec or 1.3 %}  {# arcsec #}
{% set z = 1.6448536269514722 %}  {# 95 % of a normal distribution lie below #}
with
    lost as (
        select
            count(*) as n,
            coalesce(sum(p_any * p_i), 0) as by_position,
            coalesce(sum(p_any_joint * p_i_joint), 0) as by_both
        from {{ ref('candidate_pairs') }}
        semi join {{ ref('ambiguous_matches') }} using (csc_name, gaia_source_id)
        where p_any > 0.9 and p_i > 0.9 and separation < {{ close }}
    ),

    best as (select count(*) as n_best from {{ ref('best_matches') }}),

    estimates(row, estimate, n_lost) as (
        select 1, 'close matches of NWAY alone', n
        from lost
        union all
        select 2, 'true ones among these, by position', by_position
        from lost
        union all
        select 3, 'true ones among these, by position and properties', by_both
        from lost
    ),

    shares as (
        select
            *,
            n_lost + n_best as n,
            n_lost / n as share,
            (share + {{ z }} * {{ z }} / (2 * n)) / (1 + {{ z }} * {{ z }} / n) as centre,
            {{ z }}
            * sqrt(share * (1 - share) / n + {{ z }} * {{ z }} / (4 * n * n))
            / (1 + {{ z }} * {{ z }} / n) as half
        from estimates
        cross join best
        where n_best > 0
    )

select
    row::integer as row,
    estimate,
    n_lost,
    n_best,
    n_lost / n_best as error_rate,
    greatest(centre - half, 0) / (1 - greatest(centre - half, 0)) as error_rate_low,
    (centre + half) / (1 - centre - half) as error_rate_high
from shares
order by row
