-- The weights share out one X-ray source among its possible counterparts and the case of none.
select csc_name, sum(weight) as total, count(*) filter (gaia_source_id is null) as n_none from {{ ref('multiwavelength_candidates') }}
group by csc_name having abs(total - 1) > 1e-9 or n_none <> 1
