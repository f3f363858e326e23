-- The score that a candidate of each primary must exceed. One row per primary. Where the second
-- catalogue is dense, chance neighbours are common: `threshold_density: local` raises the threshold
-- there.
{% set match = match_settings() %}
{{ config(enabled=match.classifier is not none) }}
{% set rules = match.classifier or {} %}
{% if rules.threshold_density == 'local' %}
    with
        sources as (
            select
                primary_key,
                least(
                    1, density_deg2 / 3600 / 3600 * pi() * pow({{ rules.chance_radius_arcsec }}, 2)
                ) as chance_probability
            from {{ ref('primary_densities') }}
            inner join {{ ref('primaries') }} using (primary_key)
            where catalogue = 2 and not is_fake
        ),

        -- the points between which the distribution is interpolated, the lowest score from chance
        -- 0 on
        points as (
            select
                coalesce(lag(cdf) over (order by cdf), 0) as low,
                coalesce(lag(p_match_ind) over (order by cdf), p_match_ind) as low_score,
                cdf as high,
                p_match_ind as high_score
            from {{ ref('score_reference') }}
        )

    select
        primary_key,
        chance_probability,
        low_score
        + (high_score - low_score) * (chance_probability - low) / (high - low) as threshold
    from sources
    asof left join points on chance_probability >= low
{% else %}
    select primary_key, chance_probability, threshold
    from {{ ref('primaries') }}
    cross join {{ ref('score_thresholds') }}
    where rule = '{{ rules.threshold }}' and not is_fake
{% endif %}
