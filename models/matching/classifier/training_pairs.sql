-- The pairs a classifier of the match learns from and is judged by: the second of the five steps of Perez-Diaz et al. 2026,
-- section VI.2. One row per pair. Of primaries with a positive pair: the other candidates far off (clear: the farthest;
-- intermediate) are negative, those nearer unclear; random ones are sources that are no candidate of any primary.
{{ config(enabled=match_settings().classifier is not none) }}
{% set match = match_settings() %}
{% set rules = match.classifier or {} %}
{% set first = match.catalogues[0].name if match.catalogues else 'first' %}
{% set second = match.catalogues[1].name if match.catalogues else 'second' %}
with candidates as (
    select
        primary_key,
        {{ second }}_id,
        {{ first }}_id::varchar as id,
        separation_max as separation,
        p_any,
        p_i
    from {{ ref('association_posteriors') }}
    where ncat = 2 and not is_fake
),

positives as (
    select *
    from candidates
    qualify
        -- where candidates tie, the nearer one, then the first
        row_number() over (partition by primary_key order by p_i desc, separation, {{ second }}_id) = 1
        and separation <= {{ rules.positive_separation_arcsec }}
        and p_any >= {{ rules.positive_p_any }}
),

others as (
    select
        candidates.*,
        candidates.separation >= {{ rules.negative_separation_arcsec }} as is_far,
        row_number() over (partition by primary_key order by candidates.separation desc, candidates.{{ second }}_id) as rank
    from candidates
    semi join positives using (primary_key)
    anti join positives using (primary_key, {{ second }}_id)
),

field as (
    select {{ second }}_id, {{ uniform_hash(second ~ '_id::varchar', 'random negatives') }} as place
    from {{ ref('matching_sources') }}
    anti join {{ ref('matching_pairs') }} using ({{ second }}_id)
    where catalogue = 2
    order by place, {{ second }}_id
    limit (select count(*) * {{ rules.random_negatives }} from positives)
),

pairs as (
    select primary_key, {{ second }}_id, 'positive' as kind from positives
    union all
    select primary_key, {{ second }}_id, case when not is_far then 'unclear' when rank = 1 then 'clear' else 'intermediate' end
    from others
    union all
    -- dealt round; where the field holds too few, some primaries get fewer
    select primary_key, {{ second }}_id, 'random' as kind
    from (select {{ second }}_id, (row_number() over (order by place, {{ second }}_id) - 1) % (select count(*) from positives) as place from field)
    inner join (
        select primary_key, row_number() over (order by {{ uniform_hash('id', 'random negatives') }}, id) - 1 as place from positives
    ) using (place)
),

splits as (
    select
        primary_key,
        {{ split_and_fold('id') }}
    from positives
),

split_pairs as (
    select
        *,
        min(split) over (partition by {{ second }}_id) <> max(split) over (partition by {{ second }}_id) as is_shared
    from pairs
    inner join splits using (primary_key)
)

select
    *,
    kind = 'positive' as is_positive,
    kind <> 'random' as is_candidate,
    kind <> 'unclear' {{ 'and not is_shared' if var('drop_shared_gaia') }} as is_trainable
from split_pairs
