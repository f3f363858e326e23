-- Scores above which a candidate counts as a match, by two rules. One row per rule.
--   chance: as many true counterparts are lost as X-ray sources have a Gaia source within the positive radius by chance
--   youden: the true-positive rate of candidates out of fold exceeds the false-positive rate by most
{% set circle_arcsec2 = 'pi() * pow(' ~ var('positive_separation_arcsec') ~ ', 2)' %}
with rates as (
    select
        p_match_ind,
        sum(is_positive::integer) over down / sum(is_positive::integer) over () as true_positive_rate,
        sum((not is_positive)::integer) over down / sum((not is_positive)::integer) over () as false_positive_rate
    from {{ ref('labelled_pairs') }}
    inner join {{ ref('out_of_fold_scores') }} using (xray_key, gaia_source_id)
    window down as (order by p_match_ind desc range between unbounded preceding and current row)
),

chance as (
    select {{ var('gaia_sky_density_arcsec2') }}::double * {{ circle_arcsec2 }} as chance_probability
)

select
    'chance' as rule,
    chance_probability,
    {{ score_at_cdf('chance_probability') }} as threshold,
    null::double as true_positive_rate,
    null::double as false_positive_rate
from chance
union all
(
    select
        'youden' as rule,
        null::double as chance_probability,
        p_match_ind as threshold,
        true_positive_rate,
        false_positive_rate
    from rates
    order by true_positive_rate - false_positive_rate desc, p_match_ind desc
    limit 1
)
