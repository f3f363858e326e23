-- The object that each entry of the catalogues of known objects belongs to: entries of one class
-- that have one name or lie close together are one, and so are chains of them. Rangelov et al.,
-- section 2.2.
{#- arcsec; entries of one class this near are one object if their names allow it, or whatever
    their names; and remnants -#}
{% set near, same_place, near_remnant = 5.0, 1.0, 2.0 %}
with
    entries as (select * from {{ ref('xclass_entries') }} where not_used_because is null),

    -- every entry of a name with the first of it: enough to connect them all
    same_name as (
        select
            entry_id as first_id,
            min(entry_id) over (partition by class, normalised_name) as second_id
        from entries
        where normalised_name is not null
    ),

    near as (
        select
            entry_id as first_id,
            second_id,
            class,
            normalised_name is null
            or second_name is null
            or normalised_name = second_name as name_allows,
            separation_arcsec
        from
            (
                {{ sky_join(
        '(select entry_id as second_id, class as second_class, normalised_name as second_name, ra, dec from entries)',
        ['second_id', 'second_class', 'second_name'], 'entries', near
    ) }}
            )
        where entry_id > second_id and class = second_class
    ),

    links as (
        select first_id, second_id
        from same_name
        where first_id > second_id
        union
        select first_id, second_id
        from near
        where
            case
                when class = 'SNR'
                then separation_arcsec <= {{ near_remnant }}
                else
                    separation_arcsec <= {{ near }}
                    and (name_allows or separation_arcsec <= {{ same_place }})
            end
    ),

    whole as (
        select entry_ids, connected_groups(entry_ids, first_ids, second_ids) as object_ids
        from (select list(entry_id order by entry_id) as entry_ids from entries)
        cross join
            (
                select
                    coalesce(
                        list(first_id order by first_id, second_id), []::bigint[]
                    ) as first_ids,
                    coalesce(
                        list(second_id order by first_id, second_id), []::bigint[]
                    ) as second_ids
                from links
            )
    )

select unnest(entry_ids) as entry_id, unnest(object_ids) as object_id
from whole
