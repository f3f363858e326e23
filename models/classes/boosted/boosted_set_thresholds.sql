-- The least probability that a class needs to be in a prediction set, so that the sets aim at
-- missing 1 - var boosted_coverage of the class's sources in a field of the sky that the models
-- have not seen. Class-conditional conformal prediction (Vovk 2012, Proc. Mach. Learn. Res. 25,
-- 475) for sources that come in groups (Dunn, Wasserman & Ramdas 2023, JASA 118, 2491): a field
-- weighs 1, shared out among its sources of the class, and the field to come weighs 1 as well; many
-- sources of one galaxy are not many. With too few fields nothing can be promised but 0, which puts
-- the class into every set. For each repeat once from all folds, and for each fold from the others,
-- which is what the coverage is judged by. weights in whole parts of a field, whose sums do not
-- depend on their order
{% set whole = 1000000000000 %}
with
    predictions as (
        select *
        from {{ ref('boosted_out_of_fold') }}
        where classifier = 'boosted' and scheme = 'field'
    ),

    cases as (
        select null::integer as fold, * exclude (fold)
        from predictions
        union all
        select folds.fold, predictions.* exclude (fold)
        from predictions
        inner join
            (select distinct repeat, fold from predictions) as folds
            on folds.repeat = predictions.repeat
            and folds.fold <> predictions.fold
    ),

    weighted as (
        select
            repeat,
            fold,
            true_class as class,
            field,
            csc_name,
            p_true,
            divide(
                {{ whole }}, count(*) over (partition by repeat, fold, true_class, field)
            ) as weight
        from cases
    ),

    ranked as (
        select
            *,
            coalesce(
                sum(weight) over (
                    partition by repeat, fold, class
                    order by p_true, csc_name
                    rows between unbounded preceding and 1 preceding
                ),
                0
            ) as weight_below
        from weighted
    ),

    counted as (
        select repeat, fold, class, count(*) as n_sources, count(distinct field) as n_fields
        from weighted
        group by all
    )

select
    repeat,
    counted.fold,
    class,
    n_sources::integer as n_sources,
    n_fields::integer as n_fields,
    coalesce(
        max(p_true) filter (
            weight_below / {{ whole }} + 1
            <= (n_fields + 1) * (1 - {{ var('boosted_coverage') }}::double) + 1e-9
        ),
        0
    ) as least_probability
from counted
inner join ranked using (repeat, class)
where ranked.fold is not distinct from counted.fold
group by repeat, counted.fold, class, n_sources, n_fields
order by repeat, fold nulls first, class
