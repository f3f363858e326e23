-- How often two classifiers put a source into the same coarse class, and how much oftener than by chance (Cohen's kappa).
with said as (
    select csc_name, classifier, arg_max(coarse_class, (p, coarse_class)) as class from {{ ref('class_votes') }} group by csc_name, classifier
),

pairs as (
    select one.classifier, other.classifier as other_classifier, one.class, other.class as other_class
    from said as one
    inner join said as other on one.csc_name = other.csc_name and one.classifier < other.classifier
),

counted as (
    select classifier, other_classifier, class, other_class, count(*) as n from pairs group by all
),

-- of each class: how often either says it
shares as (
    select
        classifier, other_classifier, name,
        sum(n) filter (class = name) as n_one,
        sum(n) filter (other_class = name) as n_other,
        sum(n) filter (class = name and other_class = name) as n_same
    from counted
    cross join (select distinct coarse_class as name from {{ ref('class_schemes') }})
    group by all
),

totals as (
    select
        classifier, other_classifier,
        sum(n_one) as n_sources,
        coalesce(sum(n_same), 0) as n_same,
        sum(n_one * n_other) as n2_by_chance
    from shares
    group by all
)

select
    classifier,
    other_classifier,
    n_sources::integer as n_sources,
    n_same::integer as n_same,
    n_same / n_sources as same_share,
    (n_same * n_sources - coalesce(n2_by_chance, 0)) / nullif(n_sources * n_sources - coalesce(n2_by_chance, 0), 0) as kappa
from totals
order by classifier, other_classifier
