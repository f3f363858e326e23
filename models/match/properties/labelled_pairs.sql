-- The pairs a score is trained on (is_trainable) and, of primaries held out, judged by
-- (is_candidate: all candidates): the second of the five steps of Perez-Diaz et al. 2026, section
-- VI.2. One row per pair of a primary that has a positive pair.
-- positive: the likeliest candidate by position, or by the joint posterior of the setting
-- `first_round`, if the setting `positives` holds for it; p_right is its probability there
-- clear: of the other candidates for which `negatives` holds the farthest; intermediate: the rest
-- of these; unclear: those left
-- random: sources of the second catalogue that are candidates of no primary, drawn evenly and dealt
-- round (random_rank: which of its primary's it is)
{% set match = match_settings() %}
{{ config(enabled=match.classifier is not none) }}
{% set rules = match.classifier or {'split': {'test': 0, 'validation': 0, 'folds': 1}} %}
{% set first, second = match.catalogues[0].key, match.catalogues[1].key %}
{# of several numbers the training chooses #}
{% set most = rules.random_negatives %}
{% set most = (most | max) if most is iterable else most %}
{% set p_any, p_i = ('p_any_joint', 'p_i_joint') if rules.first_round else ('p_any', 'p_i') %}
with
    judged as (
        select
            primary_key,
            pair.{{ second }},
            pair.separation,
            {{ p_i }} as p_choice,
            {{ p_any }} * {{ p_i }} as p_right,
            coalesce({{ rules.positives }}, false) as may_be_positive,
            coalesce({{ rules.negatives }}, false) as may_be_negative
        from {{ pairs_and_tables(match, [rules.positives, rules.negatives]) }}
    ),

    positives as (
        select primary_key, {{ second }}, {{ first }}::varchar as id, p_right
        from judged
        inner join {{ ref('primaries') }} using (primary_key)
        -- where candidates tie, the nearer one, then the lower id
        qualify
            row_number() over (
                partition by primary_key order by p_choice desc nulls last, separation, {{ second }}
            )
            = 1
            and may_be_positive
    ),

    others as (
        select
            primary_key,
            judged.{{ second }},
            case
                when not may_be_negative
                then 'unclear'
                when
                    row_number() over (
                        partition by primary_key, may_be_negative
                        order by separation desc, judged.{{ second }}
                    )
                    = 1
                then 'clear'
                else 'intermediate'
            end as kind
        from judged
        inner join positives using (primary_key)
        where judged.{{ second }} <> positives.{{ second }}
    ),

    field as (
        select
            {{ quoted(match.catalogues[1].id) }} as {{ second }},
            {{ uniform_hash(quoted(match.catalogues[1].id) ~ '::varchar', 'random negatives') }}
            as draw
        from {{ match_table(match.catalogues[1]) }}
        where
            {{ quoted(match.catalogues[1].id) }} not in (
                select {{ second }}
                from {{ ref('candidates') }}
                semi join
                    (select primary_key from {{ ref('primaries') }} where not is_fake) using (
                        primary_key
                    )
                where {{ second }} is not null
            )
        order by draw, {{ second }}
        limit (select count(*) * {{ most }} from positives)
    ),

    -- where the field holds too few, some primaries get fewer
    dealt as (
        select primary_key, {{ second }}, random_rank
        from
            (
                select
                    {{ second }},
                    row_number() over (order by draw, {{ second }}) - 1 as place,
                    place % (select count(*) from positives) as turn,
                    1 + divide(place, (select count(*) from positives))::integer as random_rank
                from field
            )
        inner join
            (
                select
                    primary_key,
                    row_number() over (order by {{ uniform_hash('id', 'random negatives') }}, id)
                    - 1 as turn
                from positives
            ) using (turn)
    ),

    pairs as (
        select primary_key, {{ second }}, 'positive' as kind, null::integer as random_rank, p_right
        from positives
        union all
        select primary_key, {{ second }}, kind, null, null
        from others
        union all
        select primary_key, {{ second }}, 'random', random_rank, null
        from dealt
    ),

    split_pairs as (
        select
            *,
            -- of a source that is paired with primaries of other parts too
            min(split) over (partition by {{ second }})
            <> max(split) over (partition by {{ second }}) as is_shared
        from pairs
        inner join
            (
                select
                    primary_key,
                    case
                        when {{ uniform_hash('id', 'split') }} < {{ rules.split.test }}
                        then 'test'
                        when
                            {{ uniform_hash('id', 'split') }}
                            < {{ rules.split.test + rules.split.validation }}
                        then 'validation'
                        else 'train'
                    end as split,
                    floor({{ uniform_hash('id', 'fold') }} * {{ rules.split.folds }})::integer
                    as fold
                from positives
            ) using (primary_key)
    )

select
    primary_key,
    {{ second }},
    kind,
    kind = 'positive' as is_positive,
    random_rank,
    p_right,
    split,
    fold,
    is_shared,
    kind <> 'random' as is_candidate,
    kind <> 'unclear'
    {{ "and kind <> 'intermediate'" if rules.intermediate_negatives == false }}
    {{ 'and not is_shared' if rules.drop_shared }} as is_trainable
from split_pairs
