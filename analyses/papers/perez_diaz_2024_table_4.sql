-- Table 4 of Perez-Diaz et al. 2024: uniquely classified sources beside other catalogues.
-- One row per catalogue and class: AGN and Seyfert galaxies are one class, all X-ray binaries
-- another. The catalogues are MUWCLASS's and the paper's own classes and, on a simulated sky, the
-- truth. The sources that have trained are left out. Restricted purity counts those alone that have
-- any of the compared classes by the other catalogue.
with
    ours as (
        select csc_name, compared_class as class
        from {{ ref('umlcaxs_probabilities') }} as votes
        inner join {{ ref('umlcaxs_classes') }} as classes using (class)
        inner join {{ ref('umlcaxs_labels') }} as labels using (csc_name)
        where not is_ambiguous and labels.class is null
    ),

    theirs as (
        select reference, csc_name, class
        from {{ ref('stg_literature__classes') }}
        where class is not null
        union all
        select 'yangetal_training' as reference, csc_name, yangetal_training_class as class
        from {{ ref('stg_literature__yangetal_training') }}
        where yangetal_training_class is not null
        union all
        select 'truth' as reference, csc_name, kind as class
        from {{ ref('stg_truth') }}
    ),

    matches as (
        select reference, ours.class as class, classes.compared_class as reference_class
        from theirs
        inner join ours using (csc_name)
        left join {{ ref('umlcaxs_classes') }} as classes on classes.class = theirs.class
    )

select
    reference,
    name as class,
    count(*) filter (class = name)::integer as n_matches,
    count(*) filter (class = name and reference_class = name)
    / nullif(count(*) filter (class = name), 0) as purity,
    count(*) filter (class = name and reference_class = name) / nullif(
        count(*) filter (class = name and reference_class is not null), 0
    ) as restricted_purity,
    count(*) filter (class = name and reference_class = name)
    / nullif(count(*) filter (reference_class = name), 0) as completeness
from matches
cross join (select distinct compared_class as name from {{ ref('umlcaxs_classes') }})
group by reference, name
having n_matches > 0
order by reference, name
