-- What the trained trees say of every X-ray source: the probabilities of the classes of
-- boosted_model, in their order.
select
    csc_name,
    class_probabilities(
        (select model_file from {{ ref('boosted_model') }}), features
    ) as probabilities
from {{ ref('boosted_features') }}
order by csc_name
