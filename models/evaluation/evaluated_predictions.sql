-- Predictions, once for each subset that they are judged in: all; those that the classifier is
-- confident of; of simulated sources the reliable ones, by the tests on fields held out; and, of
-- coarse classes, the sources that another classifier votes on as well (with <classifier>), by
-- which two compare.
{{ config(materialized='view') }}
with predictions as (select * from {{ ref('predictions') }})

select *, 'all' as subset
from predictions
union all
select *, 'confident' as subset
from predictions
where is_confident
union all
select predictions.*, 'reliable' as subset
from predictions
semi join
    (select * from {{ ref('judged_sources') }} where is_reliable) as judged using (
        classifier, csc_name
    )
where scheme = 'simulated' and class_set = 'own'
union all
select predictions.*, 'with ' || others.classifier as subset
from predictions
inner join
    (
        select distinct csc_name, scheme, classifier from predictions where class_set = 'coarse'
    ) as others using (csc_name, scheme)
where class_set = 'coarse'
