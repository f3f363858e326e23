-- Every X-ray source of the raw table is there once for every classifier, with a state that agrees
-- with its class.
with
    expected as (
        select name as csc_name, classifier
        from {{ source('csc', 'csc_master') }}
        cross join (select unnest({{ text_list(var('classifiers')) }}) as classifier)
    ),

    found as (
        select
            csc_name,
            classifier,
            count(*) as n_rows,
            count(*) filter ((state = 'classified') <> (class is not null)) as n_contradictions
        from {{ ref('source_classes') }}
        group by csc_name, classifier
    )

select *
from expected
full join found using (csc_name, classifier)
-- XClass knows sources in other galaxies besides
where n_rows is distinct from 1 or n_contradictions > 0
