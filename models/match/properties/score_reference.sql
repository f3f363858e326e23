-- The empirical distribution of the score of counterparts: of the positive pairs, each scored by a
-- model that has not seen it. Some are wrong: how many p_right says, and what they score like
-- the other candidates. So the share of scores up to s among the right ones is F(s) = (share among
-- all - w G(s)) / (1 - w), with the share w of wrong ones and G(s) of the other candidates;
-- ascending, as any distribution. One row per primary, of those whose probability is known.
-- `threshold_reference: isolated` takes, as published, only primaries whose single candidate is
-- secure by position, and all of them for right (Perez-Diaz et al. 2026, section IV.2.2, for
-- validation sources).
{% set match = match_settings() %}
{{ config(enabled=match.classifier is not none) }}
{% set is_isolated = (match.classifier or {}).threshold_reference == 'isolated' %}
with
    scored as (
        select
            primary_key,
            p_match_ind,
            is_positive,
            {{ '0.0' if is_isolated else '1 - p_right' }}::double as p_wrong,
            count(*) over (partition by primary_key) = 1
            and p_any > 0.99
            and p_i > 0.99 as is_secure
        from {{ ref('out_of_fold_scores') }}
        inner join {{ ref('labelled_pairs') }} using (primary_key, {{ match.catalogues[1].key }})
        inner join {{ ref('pair_posteriors') }} using (primary_key, {{ match.catalogues[1].key }})
    ),

    field as (
        select
            p_match_ind,
            coalesce(
                sum(n_others) over (
                    order by p_match_ind rows between unbounded preceding and current row
                )
                / nullif(sum(n_others) over (), 0),
                0
            ) as field_cdf
        from
            (
                select p_match_ind, count(*) filter (not is_positive) as n_others
                from scored
                group by p_match_ind
            )
    ),

    reference as (
        select
            *,
            row_number() over (order by p_match_ind, primary_key) / count(*) over () as cdf,
            avg(p_wrong) over () as share_wrong
        from scored
        inner join field using (p_match_ind)
        where {{ 'is_secure' if is_isolated else 'is_positive and p_wrong is not null' }}
    )

select
    primary_key,
    p_match_ind,
    p_wrong,
    field_cdf,
    greatest(
        0,
        max((cdf - share_wrong * field_cdf) / (1 - share_wrong)) over (
            order by p_match_ind, primary_key
        )
    ) as cdf
from reference
