-- Importances share out what the trees decide among all features, the random one with them.
select classifier, sum(importance) as total from {{ ref('feature_importances') }}
group by classifier having abs(sum(importance) - 1) > 1e-6 or count(*) filter (is_random) <> 1
