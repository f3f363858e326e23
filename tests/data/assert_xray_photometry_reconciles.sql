-- Every X-ray source has its photometry, and every observation of it counts or is dropped.
select csc_name, n_observations + n_dropped as counted, n_raw
from {{ ref('xray_photometry') }}
full join
    (
        select csc_name, count(obsid) as n_raw
        from {{ ref('stg_csc__sources') }}
        left join {{ ref('stg_csc__observations') }} using (csc_name)
        group by csc_name
    ) using (csc_name)
where counted is distinct from n_raw
