-- Importances share out what the trees of a model decide among all features, of MUWCLASS the random one with them.
select classifier, model, sum(importance) as total from {{ ref('feature_importances') }}
group by classifier, model having abs(sum(importance) - 1) > 1e-6 or count(*) filter (is_random) <> (classifier = 'muwclass')::integer
