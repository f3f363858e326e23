-- Every X-ray source has one row; every labelled source trains or has a reason; every training source is judged once per classifier, set of
-- features, scheme and repeat.
select 'X-ray sources' as what from (select (select count(*) from {{ ref('stg_csc__sources') }}) as n, (select count(*) from {{ ref('boosted_classes') }}) as found) where n <> found
union all
select 'labelled sources' from (select (select count(*) from {{ ref('boosted_labels') }}) as n, (select coalesce(sum(n_sources), 0) from {{ ref('boosted_training_census') }}) as found) where n <> found
union all
select 'judged ' || features from (
    select features, count(*) as n, count(distinct csc_name) as found from {{ ref('boosted_out_of_fold') }} group by classifier, features, scheme, repeat
) where n <> found or n <> (select count(*) from {{ ref('boosted_labels') }} where not_used_because is null)
