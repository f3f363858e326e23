-- Every X-ray source is counted once as one that may train XClass.
select sum(n) as n
from {{ ref('class_census') }}
where classifier = 'xclass' and step = 'labels'
having
    coalesce(sum(n), 0) <> (select count(*) from {{ ref('xclass_xray') }})
    and {{ 'xclass' in var('classifiers') }}
