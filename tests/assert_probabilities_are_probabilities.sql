-- A probability is between 0 and 1, and missing only where the X-ray position error is.
select posteriors.*
from {{ ref('posteriors') }} as posteriors
inner join {{ ref('xray_positions') }} using (xray_key)
where
    not coalesce(p_any between 0 and 1 and p_i between 0 and 1 and p_single between 0 and 1, false)
    and pos_err_major_arcsec is not null
    and pos_err_minor_arcsec is not null
