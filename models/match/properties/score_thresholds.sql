-- Scores above which a candidate counts as a match, by two rules. One row per rule.
-- chance: as many true counterparts are lost as primaries have a source of the second catalogue
-- within the chance radius by chance
-- youden: the true-positive rate of candidates out of fold exceeds the false-positive rate by most
{% set match = match_settings() %}
{{ config(enabled=match.classifier is not none) }}
{% set rules = match.classifier or {} %}
with
    rates as (
        select
            p_match_ind,
            sum(is_positive::integer) over down
            / sum(is_positive::integer) over () as true_positive_rate,
            sum((not is_positive)::integer) over down
            / sum((not is_positive)::integer) over () as false_positive_rate
        from {{ ref('labelled_pairs') }}
        inner join
            {{ ref('out_of_fold_scores') }} using (primary_key, {{ match.catalogues[1].key }})
        window down as (order by p_match_ind desc range between unbounded preceding and current row)
    ),

    chance as (
        select
            least(
                1,
                {{ (rules.chance_density_arcsec2 ~ '::double') if rules.chance_density_arcsec2 else 'density_arcmin2 / 3600' }}
                * pi()
                * pow({{ rules.chance_radius_arcsec }}, 2)
            ) as chance_probability
        from {{ ref('densities') }}
        where catalogue = 2
    )

select
    'chance' as rule,
    chance_probability,
    -- the score below which this share of the reference lies, interpolated linearly; the lowest
    -- score for smaller shares
    (
        select
            case
                when count(*) filter (cdf > chance_probability) = 0
                then max(p_match_ind)
                when count(*) filter (cdf <= chance_probability) = 0
                then min(p_match_ind)
                else
                    max(p_match_ind) filter (cdf <= chance_probability) + (
                        min(p_match_ind) filter (cdf > chance_probability)
                        - max(p_match_ind) filter (cdf <= chance_probability)
                    )
                    * (chance_probability - max(cdf) filter (cdf <= chance_probability))
                    / (
                        min(cdf) filter (cdf > chance_probability)
                        - max(cdf) filter (cdf <= chance_probability)
                    )
            end
        from {{ ref('score_reference') }}
    ) as threshold,
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
