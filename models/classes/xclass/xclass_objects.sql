-- Known objects, each once: the median position and the shortest name of its entries. Rangelov et
-- al., section 2.2.
with
    entries as (
        select
            object_id,
            entries.*,
            -- supernova remnants are where X-rays show them, else light, else radio waves
            case
                band when 'X-ray' then 1 when 'optical' then 2 when 'radio' then 3 else 0
            end as rank_of_band
        from {{ ref('xclass_groups') }}
        inner join {{ ref('xclass_entries') }} as entries using (entry_id)
    ),

    placed as (
        select
            *,
            rank_of_band = min(rank_of_band) over (partition by object_id) as is_position,
            -- from the first entry, so that the median is right at RA 0 as well
            first_value(ra) over (partition by object_id order by entry_id) as ra_0
        from entries
    ),

    objects as (
        select
            object_id,
            any_value(class) as class,
            -- the shortest, of two equally short ones the first in the alphabet
            min({'length':length(name), 'name':name}) filter (name is not null)['name'] as name,
            (any_value(ra_0) + median((ra - ra_0 + 540) % 360 - 180) filter (is_position) + 360)
            % 360 as ra,
            median(dec) filter (is_position) as dec,
            min({'entry':entry_id, 'type':spectral_type}) filter (spectral_type is not null)[
                'type'
            ] as spectral_type,
            count(*)::integer as n_entries,
            list_sort(list(distinct catalogue)) as catalogues
        from placed
        group by object_id
    ),

    extents as (
        select
            object_id,
            max(
                {{ great_circle_arcsec('objects.ra', 'objects.dec', 'placed.ra', 'placed.dec') }}
            ) as extent_arcsec
        from placed
        inner join objects using (object_id)
        group by object_id
    )

select *
from objects
inner join extents using (object_id)
order by object_id
