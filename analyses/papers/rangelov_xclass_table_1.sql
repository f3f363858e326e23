-- Table 1 of Rangelov et al. (XClass): training sources of each class, step by step.
-- One row per class, and one of all: objects of the literature, those that an X-ray source is,
-- those with a fitted spectrum (supernova remnants are not fitted), and those that train.
{% set variant = 'label' if 'label' in var('xclass_variants') else xclass_released_way() %}
with
    counted as (
        select
            class,
            coalesce(sum(n) filter (step = 'objects'), 0) as n_objects,
            coalesce(
                sum(n) filter (step = 'labels' and state in ('secure', 'ambiguous')), 0
            ) as n_matched,
            coalesce(
                sum(n) filter (step = 'training, {{ variant }}' and state = 'trains'), 0
            ) as n_training
        from {{ ref('class_census') }}
        where classifier = 'xclass'
        group by class
    ),

    fitted as (
        select class, count(*) as n_fitted
        from {{ ref('xclass_sed') }} as fits
        inner join {{ ref('xclass_labelled') }} using (csc_name, variant)
        where variant = '{{ variant }}' and fits.chi2_reduced is not null
        group by class
    )

select
    coalesce(class, 'all') as class,
    sum(n_objects)::integer as n_objects,
    sum(n_matched)::integer as n_matched,
    sum(n_fitted)::integer as n_fitted,
    sum(n_training)::integer as n_training
from counted
left join fitted using (class)
where n_objects + n_matched > 0
group by rollup (class)
having sum(n_objects + n_matched) > 0
order by class = 'all', class
