-- The light of the counterparts of every X-ray source, from the optical to 12 micron; var
-- class_counterparts says how they are chosen.
-- depends_on: {{ ref('posteriors') }}
-- depends_on: {{ ref('primaries') }}
-- depends_on: {{ ref('gaia_infrared') }}
{% set infrared = counterpart_ids().values() | reject('equalto', 'gaia_source_id') | list %}
with
    choices as (
        {% if var('class_counterparts') == 'posterior' %}
            select
                csc_name,
                best.gaia_source_id,
                {% for id in infrared %}
                    coalesce(
                        gaia_infrared.{{ id }}, nearest.{{ id }}
                    ) as {{ id }}{{ ',' if not loop.last }}
                {% endfor %}
            from {{ ref('nearest_choices') }} as nearest
            left join
                (
                    select csc_name, gaia_source_id
                    from {{ ref('posteriors') }}
                    inner join
                        (
                            select primary_key, csc_name
                            from {{ ref('primaries') }}
                            where not is_fake
                        ) using (primary_key)
                    where
                        gaia_source_id is not null
                        and match_flag = 1
                        and p_any > {{ var('p_any_threshold') }}
                    qualify
                        row_number() over (
                            partition by primary_key order by separation_arcsec, gaia_source_id
                        )
                        = 1
                ) as best using (csc_name)
            left join
                {{ ref('gaia_infrared') }} as gaia_infrared
                on best.gaia_source_id = gaia_infrared.gaia_source_id
        {% else %}select * from {{ ref('nearest_choices') }}
        {% endif %}
    )

    {{ multiwavelength_columns('choices') }}
order by choices.csc_name
