-- How often do two classifiers put a source into the same coarse class, and how much oftener than
-- by chance (Cohen's kappa)?
with
    votes as (
        select csc_name, classifier, coarse_class
        from {{ ref('source_classes') }}
        where coarse_class is not null
    ),

    pairs as (
        select
            one.classifier,
            other.classifier as other_classifier,
            one.coarse_class as class,
            other.coarse_class as other_class
        from votes as one
        inner join
            votes as other on one.csc_name = other.csc_name and one.classifier < other.classifier
    ),

    counts as (
        select
            classifier,
            other_classifier,
            name,
            count(*) filter (class = name) as n_one,
            count(*) filter (other_class = name) as n_other,
            count(*) filter (class = name and other_class = name) as n_same
        from pairs
        cross join (select distinct coarse_class as name from votes)
        group by all
    ),

    totals as (
        select
            classifier,
            other_classifier,
            sum(n_one) as n_sources,
            sum(n_same) as n_same,
            sum(n_one * n_other) as n2_by_chance
        from counts
        group by all
    )

select
    classifier,
    other_classifier,
    n_sources,
    n_same,
    round(n_same / n_sources, 3) as same_fraction,
    round(
        (n_same * n_sources - n2_by_chance) / nullif(n_sources * n_sources - n2_by_chance, 0), 3
    ) as kappa
from totals
order by classifier, other_classifier
