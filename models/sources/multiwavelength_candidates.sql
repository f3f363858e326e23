-- The light of every possible counterpart: for each X-ray source its Gaia candidates, each with its
-- own infrared counterparts, and the case that none of them is it. Weights are the probabilities of
-- these cases.
{% set infrared = counterpart_ids().values() | reject('equalto', 'gaia_source_id') | list %}
with
    cases as (
        select
            primary_key,
            gaia_source_id,
            p_i,
            p_any,
            coalesce(
                case when gaia_source_id is null then 1 - coalesce(p_any, 0) else p_any * p_i end, 0
            ) as probability
        from {{ ref('posteriors') }}
        where not is_fake
    ),

    -- unlikely candidates are left out, the likeliest case never; the case of none stays
    judged as (
        select
            *,
            gaia_source_id is null
            or probability >= least(
                {{ var('candidate_min_weight') }}, max(probability) over (partition by primary_key)
            ) as is_kept
        from cases
    ),

    totals as (
        select
            primary_key,
            {{ exact_sum('case when is_kept then probability else 0 end') }} as kept,
            {{ exact_sum('case when is_kept then 0 else probability end') }} as folded_weight,
            count(*) filter (not is_kept) as n_folded
        from judged
        group by primary_key
    ),

    -- infrared sources that belong to a Gaia candidate of the X-ray source, likely or not
    owned as (
        select
            primary_key,
            {% for id in infrared %}
                list(gaia_infrared.{{ id }}) as {{ id }}{{ ',' if not loop.last }}
            {% endfor %}
        from {{ ref('candidates') }}
        inner join {{ ref('gaia_infrared') }} as gaia_infrared using (gaia_source_id)
        group by primary_key
    ),

    choices as (
        select
            csc_name,
            judged.gaia_source_id,
            {% for id in infrared %}
                case
                    when judged.gaia_source_id is not null
                    then gaia_infrared.{{ id }}
                    when list_contains(owned.{{ id }}, nearest.{{ id }})
                    then null
                    else nearest.{{ id }}
                end as {{ id }},
            {% endfor %}
            p_i,
            p_any,
            probability / kept as weight,
            n_folded,
            folded_weight
        from judged
        inner join totals using (primary_key)
        inner join {{ ref('primaries') }} using (primary_key)
        inner join {{ ref('nearest_choices') }} as nearest using (csc_name)
        left join
            {{ ref('gaia_infrared') }} as gaia_infrared
            on judged.gaia_source_id = gaia_infrared.gaia_source_id
        left join owned using (primary_key)
        where is_kept
    )

    {{ multiwavelength_columns('choices') }}
order by choices.csc_name, choices.gaia_source_id
