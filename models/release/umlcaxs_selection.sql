-- How many clusters: the Bayesian information criterion and its gradient as in figure 1 of
-- Perez-Diaz et al. 2024, and how stable they are.
select
    *,
    clustering = '{{ var("umlcaxs_clustering") }}'
    and (
        clustering <> 'gaussian_mixture' or n_components = {{ var('umlcaxs_components') }}
    ) as is_chosen
from {{ ref('umlcaxs_clusterings') }}
order by clustering, n_components
