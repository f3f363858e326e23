-- The score that a candidate of each X-ray source must exceed. One row per X-ray source.
-- Where Gaia is dense, chance neighbours are common: var score_threshold_density raises the threshold there.
{% set circle_arcsec2 = 'pi() * pow(' ~ var('positive_separation_arcsec') ~ ', 2)' %}
{% if var('score_threshold') not in ('chance', 'youden') %}
    {{ exceptions.raise_compiler_error("var score_threshold is '" ~ var('score_threshold') ~ "'; it must be chance or youden") }}
{% elif var('score_threshold_density') not in ('global', 'local') %}
    {{ exceptions.raise_compiler_error("var score_threshold_density is '" ~ var('score_threshold_density') ~ "'; it must be global or local") }}
{% elif var('score_threshold') == 'youden' and var('score_threshold_density') == 'local' %}
    {{ exceptions.raise_compiler_error("var score_threshold_density is local, which only the threshold by chance can follow") }}
{% endif %}
{% if var('score_threshold_density') == 'local' %}
with sources as (
    select
        xray_key,
        least(1, density_arcmin2 / 3600 * {{ circle_arcsec2 }}) as chance_probability
    from {{ ref('local_gaia_density') }}
),

-- the points between which the distribution is interpolated, the lowest score from chance 0 on
points as (
    select
        coalesce(lag(cdf) over (order by cdf), 0) as low,
        coalesce(lag(p_match_ind) over (order by cdf), p_match_ind) as low_score,
        cdf as high,
        p_match_ind as high_score
    from {{ ref('score_reference') }}
)

select
    xray_key,
    chance_probability,
    low_score + (high_score - low_score) * (chance_probability - low) / (high - low) as threshold
from sources
asof left join points on chance_probability >= low
{% else %}
select
    xray_key,
    chance_probability,
    threshold
from {{ ref('xray_positions') }}
cross join {{ ref('score_thresholds') }}
where rule = '{{ var('score_threshold') }}'
{% endif %}
