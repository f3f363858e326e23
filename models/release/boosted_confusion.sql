-- What the sources of each class are taken for by models that have not seen them; over all repeats.
select
    classifier,
    features,
    scheme,
    true_class,
    class,
    count(*)::integer as n_predictions,
    count(*) / sum(count(*)) over (partition by classifier, features, scheme, true_class) as share
from {{ ref('boosted_out_of_fold') }}
group by classifier, features, scheme, true_class, class
order by classifier, features, scheme, true_class, class
