-- Every candidate with all its probabilities, the three flags and what becomes of it (Perez-Diaz et
-- al. 2026, section V). selection: best (highest score of those that the score and the separation
-- limit accept), alternate (the others of these), ambiguous (taken by position, but not by both
-- others); NULL for what nothing speaks for. Where the second catalogue is dense, chance neighbours
-- are common: `threshold_density: local` raises the score's threshold there. One row per candidate.
{% set match = match_settings() %}
{{ config(enabled=match.classifier is not none) }}
{% set rules = match.classifier or {} %}
{% set first, second = match.catalogues[0].key, match.catalogues[1].key %}
with
    limits as (
        select
            primary_key,
            pair.{{ second }},
            ({{ rules.separation_limit_arcsec }})::double as separation_limit
        from {{ pairs_and_tables(match, [rules.separation_limit_arcsec | string]) }}
    ),

    {% if rules.threshold_density == 'local' %}
        chances as (
            select
                primary_key,
                least(
                    1, density_deg2 / 3600 / 3600 * pi() * pow({{ rules.chance_radius_arcsec }}, 2)
                ) as chance_probability
            from {{ ref('primary_densities') }}
            where catalogue = 2
        ),

        -- the points between which the distribution is interpolated, the lowest score from chance
        -- 0 on
        points as (
            select
                coalesce(lag(cdf) over up, 0) as low,
                coalesce(lag(highest) over up, lowest) as low_score,
                cdf as high,
                lowest as high_score
            from
                (
                    select cdf, min(p_match_ind) as lowest, max(p_match_ind) as highest
                    from {{ ref('score_reference') }}
                    group by cdf
                )
            window up as (order by cdf)
            qualify high > low
        ),

        thresholds as (
            select
                primary_key,
                low_score
                + (high_score - low_score) * (chance_probability - low) / (high - low) as threshold
            from chances
            asof left join points on chance_probability >= low
        ),
    {% else %}
        thresholds as (
            select primary_key, threshold
            from {{ ref('primaries') }}
            cross join {{ ref('score_thresholds') }}
            where rule = '{{ rules.threshold }}'
        ),
    {% endif %}

    flagged as (
        select
            primary_key,
            {{ first }},
            {{ second }},
            separation_arcsec,
            separation_limit,
            log10_bf,
            p_any,
            p_i,
            match_flag,
            score_fold,
            p_match_ind,
            threshold as score_threshold,
            p_match,
            log10_lr,
            familiarity,
            p_any_joint,
            p_i_joint,
            p_any > {{ var('p_any_threshold') }} and match_flag = 1 as nway_confident,
            p_match_ind > threshold as ml_confident,
            separation_arcsec <= separation_limit as sep_ok
        from (from {{ ref('pair_posteriors') }} where not is_fake)
        inner join
            (select primary_key, {{ first }} from {{ ref('primaries') }}) as primaries using (
                primary_key
            )
        inner join limits using (primary_key, {{ second }})
        inner join {{ ref('match_likelihoods') }} using (primary_key, {{ second }})
        left join thresholds using (primary_key)
    )

select
    *,
    case
        when
            ml_confident
            and sep_ok
            and row_number() over (
                -- where scores tie, the nearer one, then the lower id
                partition by primary_key, ml_confident and sep_ok
                order by p_match_ind desc, separation_arcsec, {{ second }}
            )
            = 1
        then 'best'
        when ml_confident and sep_ok
        then 'alternate'
        when nway_confident
        then 'ambiguous'
    end as selection
from flagged
