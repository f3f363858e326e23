-- Figure 9 of Yang et al. 2022: number of sources of each class, over the confidence threshold.
-- One row per class and threshold, of well measured X-ray sources that do not train.
select
    '' as panel,
    classified.class,
    case least when 0 then 'all' else 'confidence ≥ ' || least end as series,
    count(*) filter (confidence >= least)::integer as y
from {{ ref('source_classes') }} as classified
inner join {{ ref('source_properties') }} using (csc_name)
cross join (select unnest([0, 1, 2, 3]) as least)
where
    classifier = 'muwclass'
    and state = 'classified'
    and not is_training_source
    and {{ is_well_measured() }}
group by classified.class, least
order by max(y) over (partition by class) desc, class, least
