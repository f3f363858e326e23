-- The match beside counterparts that others have published (setting `verification`). One row per
-- source of theirs and rule by which we choose: position (the likeliest candidate, where p_any
-- exceeds p_any_threshold) and, with a classifier, joint (by position and properties) and score
-- (the best within the separation limit). Ids are compared as text. Where they name several
-- counterparts of a source, published is the one that we choose, too, else the first.
{% set match = match_settings() %}
{{ config(enabled=match.verification is not none) }}
{% set given = match.verification or {} %}
{% set table = '(select 1)' %}
{% if given %}
    {% set table = parquet_file(given.table) if _is_match_file(given) else ref(given.table) %}
{% endif %}
{% set first, second = match.catalogues[0].key, match.catalogues[1].key %}
{% set rules = {'position': second} %}
{% if match.classifier %}
    {% set rules = {'position': 'nway_' ~ second, 'joint': second, 'score': 'score_' ~ second} %}
    {% set conditions = {'position': 'p_any > ' ~ var('p_any_threshold'), 'joint': "state = 'matched'", 'score': 'true'} %}
{% endif %}
with
    theirs as (
        select
            trim({{ quoted(given.first or '') }}::varchar) as published_id,
            list_sort(
                list(distinct trim({{ quoted(given.second or '') }}::varchar)) filter (
                    {{ quoted(given.second or '') }} is not null
                )
            ) as counterparts
        from {{ table }}
        where {{ quoted(given.first or '') }} is not null
        group by published_id
    ),

    primaries as (
        select primary_key, trim({{ first }}::varchar) as published_id
        from {{ ref('primaries') }}
        where not is_fake
    ),

    chosen as (
        {% for rule, column in rules.items() %}
            select primary_key, '{{ rule }}' as rule, {{ column }} as chosen_id
            {% if match.classifier %}
                from {{ ref('chosen_counterparts') }} where {{ conditions[rule] }}
            {% else %}
                from {{ ref('posteriors') }}
                where not is_fake and match_flag = 1 and p_any > {{ var('p_any_threshold') }}
            {% endif %}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    -- associations that tie, and those of the same two sources, once
    ours as (
        select primary_key, rule, min(chosen_id) as chosen_id
        from chosen
        where chosen_id is not null
        group by all
    ),

    sources as (
        select
            published_id,
            rule,
            primary_key,
            chosen_id as {{ second }},
            coalesce(list_contains(counterparts, trim(chosen_id::varchar)), false) as is_same,
            case when is_same then trim(chosen_id::varchar) else counterparts[1] end as published,
            coalesce(len(counterparts), 0) as n_published
        from theirs
        cross join (select unnest({{ text_list(rules.keys()) }}) as rule)
        left join primaries using (published_id)
        left join ours using (primary_key, rule)
    ),

    {% if match.classifier %}
        trained as (
            select distinct primary_key from {{ ref('match_scores') }} where score_fold is not null
        ),
    {% endif %}

    candidates as (
        select
            primary_key,
            trim({{ second }}::varchar) as published,
            min(separation_arcsec) as published_separation_arcsec
        from {{ ref('candidates') }}
        where catalogue = 2
        group by all
    )

select
    published_id,
    rule,
    primary_key,
    published,
    n_published::integer as n_published,
    published_separation_arcsec,
    {{ second }},
    case
        when primary_key is null
        then 'unknown source'
        when is_same
        then 'same'
        when published is not null and {{ second }} is not null
        then 'different'
        when published is not null
        then 'only theirs'
        when {{ second }} is not null
        then 'only ours'
        else 'neither'
    end as outcome,
    {% if match.classifier %} primary_key in (from trained)
    {% else %} false
    {% endif %} as trains
from sources
left join candidates using (primary_key, published)
order by published_id, rule
