-- What a cut in p_any costs and keeps, told without any truth: the share of primaries above it, and
-- the share of fakes, which match by chance only (NWAY's calibration of the cut-off; Salvato et al.
-- 2018, section 5). One row per cut; without fakes none.
with
    ranked as (select is_fake, coalesce(p_any, 0) as p_any from {{ ref('primary_posteriors') }}),

    cuts as (
        select step / 100 as p_any_cut
        from range(100) as steps(step)
        where exists (select 1 from ranked where is_fake)
    )

select
    p_any_cut,
    count(*) filter (not is_fake) as n_primaries,
    count(*) filter (is_fake) as n_fakes,
    count(*) filter (not is_fake and p_any > p_any_cut) / n_primaries as selected_share,
    count(*) filter (is_fake and p_any > p_any_cut) / n_fakes as false_selection_rate,
    -- selected = right + false_selection_rate (1 - right): a primary without its right match may
    -- still match by chance
    case
        when selected_share > 0 and false_selection_rate < 1
        then
            greatest(
                0,
                (selected_share - false_selection_rate)
                / ((1 - false_selection_rate) * selected_share)
            )
    end as purity_estimate
from cuts
cross join ranked
group by p_any_cut
