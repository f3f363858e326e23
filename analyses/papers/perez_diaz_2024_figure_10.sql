-- Figure 10 of Perez-Diaz et al. 2024: class probabilities of one source.
-- One row per class: the mean and the standard deviation of its detections. The source is that of
-- the paper or, where the catalogue lacks it, the one with most detections.
with
    chosen as (
        select csc_name, class as master_class
        from {{ ref('source_classes') }}
        inner join
            (
                select csc_name, count(*) as n
                from {{ ref('umlcaxs_detections') }}
                group by csc_name
            ) using (csc_name)
        where classifier = 'umlcaxs' and class is not null
        order by csc_name = '2CXO J053516.0-052353' desc, n desc, csc_name
        limit 1
    )

select
    csc_name,
    probabilities.class,
    probability,
    error,
    probabilities.class = master_class as is_predicted
from {{ ref('class_probabilities') }} as probabilities
inner join chosen using (csc_name)
where classifier = 'umlcaxs'
order by class
