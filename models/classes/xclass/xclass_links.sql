-- Pairs of entries of one class that are one object: those of one name, and those that lie close together. Rangelov et al., section 2.2.
{% set radius = [var('xclass_duplicate_arcsec'), var('xclass_duplicate_snr_arcsec')] | max %}
with entries as (
    select * from {{ ref('xclass_entries') }} where not_used_because is null
),

-- every entry of a name with the first of it: enough to connect them all
same_name as (
    select
        entry_id as first_id,
        min(entry_id) over (partition by class, normalised_name) as second_id
    from entries
    where normalised_name is not null
),

around as (
    {{ touched_cells('entries', ['entry_id', 'class', 'normalised_name', 'ra', 'dec'], radius) }}
),

places as (
    select
        *,
        {{ sky_cell('ra', 'dec', radius) }} as sky_cell
    from entries
),

near as (
    select
        places.entry_id as first_id,
        around.entry_id as second_id,
        places.class,
        places.normalised_name is null or around.normalised_name is null or places.normalised_name = around.normalised_name as name_allows,
        {{ great_circle_arcsec('places.ra', 'places.dec', 'around.ra', 'around.dec') }} as separation_arcsec
    from places
    inner join around using (sky_cell, class)
    where places.entry_id > around.entry_id and abs(places.dec - around.dec) <= {{ radius }} / 3600.0
)

select first_id, second_id from same_name where first_id > second_id
union
select first_id, second_id
from near
where
    case
        when class = 'SNR' then separation_arcsec <= {{ var('xclass_duplicate_snr_arcsec') }}
        else separation_arcsec <= {{ var('xclass_duplicate_arcsec') }} and (name_allows or separation_arcsec <= {{ var('xclass_same_place_arcsec') }})
    end
order by first_id, second_id
