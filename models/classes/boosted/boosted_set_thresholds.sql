-- The least probability that a class needs to be in a prediction set: so that the set misses at most 1 - var boosted_coverage of the class's
-- sources. Class-conditional conformal prediction (Vovk 2012, Proc. Mach. Learn. Res. 25, 475) on probabilities of sources whose whole field of
-- the sky the models have not seen: the k-th smallest of n, k = floor((n + 1) (1 - coverage)), none for k = 0. Once for all folds, and for each
-- fold by the others, which is what the coverage is judged by.
with predictions as (
    select * from {{ ref('boosted_out_of_fold') }} where classifier = 'boosted' and scheme = 'field' and repeat = 1
),

cases as (
    select null::integer as fold, * exclude (fold) from predictions
    union all
    select folds.fold, predictions.* exclude (fold)
    from predictions
    inner join (select distinct fold from predictions) as folds on folds.fold <> predictions.fold
),

ranked as (
    select
        fold,
        true_class as class,
        p_true,
        row_number() over (partition by fold, true_class order by p_true, csc_name) as place,
        count(*) over (partition by fold, true_class) as n_sources
    from cases
)

select
    fold,
    class,
    any_value(n_sources)::integer as n_sources,
    coalesce(max(p_true) filter (place = floor((n_sources + 1) * (1 - {{ var('boosted_coverage') }}::double) + 1e-9)), 0) as least_probability
from ranked
group by fold, class
order by fold nulls first, class
