-- Every X-ray source is counted once as one that may train, and once as one to classify.
with counts as (
    select step, sum(n_rows) as n from {{ ref('xclass_census') }}
    where step in ('3 X-ray sources', '5 sources to classify')
    group by step
)

select * from counts
where n <> (select count(*) from {{ ref('xclass_xray') }})
union all
select 'steps' as step, count(*) as n from counts
having count(*) <> 2 and (select count(*) from {{ ref('xclass_xray') }}) > 0
