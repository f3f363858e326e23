-- Scores above which a candidate counts as a counterpart: the fourth of the five steps. One row per rule.
--   chance: as many positive pairs are lost as places have a source of the second catalogue within the positive separation
--   youden: the true-positive rate of candidates out of fold exceeds the false-positive rate by most
{{ config(enabled=match_settings().classifier is not none) }}
{% set rules = match_settings().classifier or {} %}
with scores as (
    select p_match_ind, is_positive
    from {{ ref('training_pairs') }}
    inner join {{ ref('pair_out_of_fold') }} using (primary_key, {{ match_settings().catalogues[1].name if match_settings().catalogues else 'second' }}_id)
    where is_candidate
),

rates as (
    select
        p_match_ind,
        sum(is_positive::integer) over down / sum(is_positive::integer) over () as true_positive_rate,
        sum((not is_positive)::integer) over down / sum((not is_positive)::integer) over () as false_positive_rate
    from scores
    window down as (order by p_match_ind desc range between unbounded preceding and current row)
),

reference as (
    select p_match_ind, cume_dist() over (order by p_match_ind) as cdf
    from scores
    where is_positive
),

chance as (
    select 1 - exp(-n_sources / area_deg2 * pi() * pow({{ rules.positive_separation_arcsec }} / 3600.0, 2)) as chance_probability
    from {{ ref('matching_densities') }}
)

select
    'chance' as rule,
    chance_probability,
    {{ score_at_cdf('chance_probability', 'reference') }} as threshold
from chance
union all
(
    select 'youden', null, p_match_ind
    from rates
    order by true_positive_rate - false_positive_rate desc, p_match_ind desc
    limit 1
)
