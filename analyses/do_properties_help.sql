-- On the simulated sky: of the counterparts that NWAY misses at its threshold, how many does the
-- joint posterior find where it is as pure, and where? And, at the one threshold that makes it as
-- pure on the whole, how complete and pure is it in each bin?
with
    choices as (
        select
            cut_by,
            bin,
            csc_name,
            method,
            confidence,
            choices.gaia_source_id is not null
            and coalesce(choices.gaia_source_id = counterpart, false) as is_correct
        from {{ ref('ranked_choices') }} as choices
        inner join {{ ref('evaluation_cuts') }} using (csc_name)
    ),

    sizes as (
        select cut_by, bin, count(counterpart) as n_counterparts
        from {{ ref('evaluation_cuts') }}
        group by cut_by, bin
    ),

    nway as (
        select
            cut_by, bin, count(*) filter (is_correct) as n_correct, n_correct / count(*) as purity
        from choices
        where method = 'nway' and confidence > {{ var('p_any_threshold') }}
        group by cut_by, bin
    ),

    -- the joint posterior's choices of a bin, the surest first
    down as (
        select
            cut_by,
            bin,
            confidence,
            sum(is_correct::integer) over surest as n_correct,
            n_correct / count(*) over surest as purity
        from choices
        where method = 'joint'
        window
            surest as (
                partition by cut_by, bin order by confidence desc, csc_name rows unbounded preceding
            )
    ),

    as_pure as (
        select cut_by, bin, max(down.n_correct) as n_correct, min(confidence) as confidence
        from down
        inner join nway using (cut_by, bin)
        where down.purity >= nway.purity
        group by cut_by, bin
    ),

    -- one threshold for all bins, at which the joint posterior is as pure as NWAY on the whole
    at_one_threshold as (
        select
            cut_by, bin, count(*) filter (is_correct) as n_correct, n_correct / count(*) as purity
        from choices
        where
            method = 'joint' and confidence >= (select confidence from as_pure where cut_by = 'all')
        group by cut_by, bin
    )

select
    cut_by,
    bin,
    n_counterparts,
    round(nway.n_correct / n_counterparts, 3) as nway_completeness,
    round(nway.purity, 3) as nway_purity,
    round(as_pure.n_correct / n_counterparts, 3) as joint_completeness_as_pure,
    round(
        (as_pure.n_correct - nway.n_correct) / nullif(n_counterparts - nway.n_correct, 0), 3
    ) as missed_recovered,
    round(at_one_threshold.n_correct / n_counterparts, 3) as joint_completeness,
    round(at_one_threshold.purity, 3) as joint_purity
from sizes
left join nway using (cut_by, bin)
left join as_pure using (cut_by, bin)
left join at_one_threshold using (cut_by, bin)
where n_counterparts > 0
order by cut_by, bin
