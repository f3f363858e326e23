-- The properties by which the score judges a pair: of every candidate, and of the random
-- negatives. A fake has the properties of the source whose copy it is. One row per pair.
{% set match = match_settings() %}
{{ config(enabled=match.classifier is not none) }}
{% set features = (match.classifier or {}).features or [] %}
{% set pair = match.catalogues[:2] %}
{% set second = pair[1].key %}
with
    pairs as (
        select primary_key, {{ second }}, true as is_candidate
        from {{ ref('pair_posteriors') }}
        -- no property makes a counterpart of what lies far off, and of fakes only these are asked
        where not is_fake or log10_weight > -5
        union all
        select primary_key, {{ second }}, false as is_candidate
        from {{ ref('labelled_pairs') }}
        where kind = 'random'
    ),

    {% for catalogue in pair %}
        features_{{ loop.index }} as (
            select
                {{ quoted(catalogue.id) }} as {{ catalogue.key }}
                {%- if features | selectattr('of', 'equalto', catalogue.name) | list %}
                    , {{ match_properties(catalogue.name, features) }}
                {%- endif %}
            from {{ match_properties_table(catalogue) }}
        ),

    {% endfor %}
    primaries as (
        select * exclude ({{ pair[0].key }})
        from (select primary_key, {{ pair[0].key }} from {{ ref('primaries') }})
        inner join features_1 using ({{ pair[0].key }})
    )

{% if features | selectattr('of', 'equalto', 'both') | list %}
    select
        pairs.*,
        primaries.* exclude (primary_key),
        features_2.* exclude ({{ second }}),
        {{ match_properties('both', features) }}
    from pairs
    inner join primaries using (primary_key)
    inner join features_2 using ({{ second }})
    inner join
        (select primary_key as _key, {{ pair[0].key }} as _id from {{ ref('primaries') }}) as _first
        on primary_key = _key
    inner join
        {{ match_properties_table(pair[0]) }} as {{ pair[0].name }}
        on _id = {{ pair[0].name }}.{{ quoted(pair[0].id) }}
    inner join
        {{ match_properties_table(pair[1]) }} as {{ pair[1].name }}
        on pairs.{{ second }} = {{ pair[1].name }}.{{ quoted(pair[1].id) }}
{% else %}
    select *
    from pairs
    inner join primaries using (primary_key)
    inner join features_2 using ({{ second }})
{% endif %}
