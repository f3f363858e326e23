-- What is known of every Chandra source by which its counterpart is judged: position, epoch and
-- off-axis angle, photometry, hardness, variability, and the classes of the literature, which lean
-- on X-rays alone. One row per X-ray source.
{{ config(materialized='view') }}
select
    sources.*,
    positions.* exclude (csc_name, ra, dec),
    yangetal_gcs.class as yangetal_gcs_class,
    yangetal_training_class,
    perezdiazetal.class as perezdiazetal_class
from {{ ref('stg_csc__sources') }} as sources
inner join {{ ref('xray_positions') }} as positions using (csc_name)
left join
    (
        select csc_name, class
        from {{ ref('stg_literature__classes') }}
        where reference = 'yangetal_gcs'
    ) as yangetal_gcs using (csc_name)
left join {{ ref('stg_literature__yangetal_training') }} using (csc_name)
left join
    (
        select csc_name, class
        from {{ ref('stg_literature__classes') }}
        where reference = 'perezdiazetal'
    ) as perezdiazetal using (csc_name)
