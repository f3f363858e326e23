-- The object of the literature that each X-ray source is: nearest to it within var
-- boosted_label_radius_arcsec, of those that have no X-ray source nearer to them. Of equally near
-- ones the first by catalogue and name.
with
    pairs as (
        select csc_name, catalog, object, class, separation_arcsec as offset_arcsec
        from
            (
                {{ sky_join(ref('boosted_measurements'), ['csc_name'], ref('stg_literature__known_sources'), var('boosted_label_radius_arcsec')) }}
            )
    ),

    nearest_sources as (
        select *
        from pairs
        qualify
            row_number() over (partition by catalog, object order by offset_arcsec, csc_name) = 1
    )

select
    *,
    count(*) over (partition by csc_name) as n_objects,
    -- catalogues that disagree about a source
    count(distinct class) over (partition by csc_name) as n_classes
from nearest_sources
qualify row_number() over (partition by csc_name order by offset_arcsec, catalog, object) = 1
order by csc_name
