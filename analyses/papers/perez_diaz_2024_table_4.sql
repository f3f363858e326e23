-- Table 4 of Perez-Diaz et al. 2024: uniquely classified sources beside other catalogues.
-- One row per catalogue and class. The catalogues are MUWCLASS's and the paper's own classes and,
-- on
-- a simulated sky, the truth.
select reference, class, n_matches, purity, restricted_purity, completeness
from {{ ref('umlcaxs_comparison') }}
where n_matches > 0
order by reference, class
