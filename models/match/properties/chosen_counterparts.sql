-- The source of the second catalogue that each primary is taken for: by position and properties
-- together, which we recommend; by position alone (NWAY); by the score within the separation limit.
-- Where candidates tie, the nearer one, then the lower id. One row per primary.
{% set match = match_settings() %}
{{ config(enabled=match.classifier is not none) }}
{% set first, second = match.catalogues[0].key, match.catalogues[1].key %}
with
    pairs as (
        select
            *,
            -- position alone decides where no score could be trained
            coalesce(p_any_joint, p_any) as p_any_best,
            coalesce(p_i_joint, p_i) as p_i_best,
            rank() over (partition by primary_key order by p_i_best desc) = 1 as is_best
        from {{ ref('flagged_pairs') }}
    ),

    chosen as (
        select
            primary_key,
            count(*)::integer as n_candidates,
            any_value(p_any) as p_any,
            any_value(p_any_joint) as p_any_joint,
            any_value(p_any_best) as p_any_best,
            count(*) filter (is_best) > 1 as is_tie,
            arg_min(
                struct_pack({{ second }}, p_i_best, p_i_joint, separation_arcsec, sep_ok),
                (separation_arcsec, {{ second }})
            ) filter (is_best and p_i_best is not null) as best,
            arg_min(struct_pack({{ second }}, p_i), (separation_arcsec, {{ second }})) filter (
                match_flag = 1
            ) as nway,
            arg_min(
                struct_pack({{ second }}, p_match_ind),
                (- p_match_ind, separation_arcsec, {{ second }})
            ) filter (ml_confident and sep_ok) as score
        from pairs
        group by primary_key
    )

select
    primary_key,
    {{ first }},
    coalesce(n_candidates, 0) as n_candidates,
    case
        when not is_covered
        then 'not_covered'
        when major is null or minor is null
        then 'no_position_error'
        when n_candidates is null
        then 'no_candidate'
        when p_any_best > {{ var('p_any_threshold') }}
        then 'matched'
        else 'no_confident_match'
    end as state,
    best.{{ second }},
    p_any_best * best.p_i_best as p_counterpart,
    coalesce(
        p_any_joint, case when n_candidates is null and is_covered then 0.0 end
    ) as p_any_joint,
    best.p_i_joint,
    best.separation_arcsec,
    best.sep_ok,
    case when best is not null then is_tie end as is_tie,
    nway.{{ second }} as nway_{{ second }},
    coalesce(p_any, case when n_candidates is null and is_covered then 0.0 end) as p_any,
    nway.p_i,
    score.{{ second }} as score_{{ second }},
    score.p_match_ind
from {{ ref('primaries') }}
left join chosen using (primary_key)
where not is_fake
order by primary_key
