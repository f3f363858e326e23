-- The time span of the X-ray sources, NULL where no epoch is known. One row.
select
    min(xray_epoch) as first_epoch,
    max(xray_epoch) as last_epoch
from {{ ref('xray_positions') }}
