{% set circle_arcmin2 = 'pi() * pow(' ~ var('match_radius_arcsec') ~ ' / 60.0, 2)' %}
with judged as (
    select
        method,
        choices.gaia_source_id as chosen,
        truth.gaia_source_id as counterpart,
        kind,
        min_theta_mean,
        -- field sources around all X-ray sources of the pointing; around one alone there are too few to tell
        avg(n_candidates - (truth.gaia_source_id is not null)::integer) over (partition by method, pointing)
            / ({{ circle_arcmin2 }}) as density_arcmin2
    from {{ ref('match_choices') }} as choices
    inner join {{ ref('stg_truth') }} as truth using (csc_name)
    inner join {{ ref('xray_sources') }} using (csc_name)
),

-- each source counts once in every way of cutting the sample
cut as (
    select *, 'all' as cut_by, 'all' as bin from judged
    union all
    select *, 'kind' as cut_by, kind as bin from judged
    union all
    select *, 'off-axis angle' as cut_by, {{ labelled_bin('min_theta_mean', [0, 3, 6, 10, 15], 'arcmin') }} as bin from judged
    union all
    select *, 'Gaia density' as cut_by, {{ labelled_bin('density_arcmin2', [0, 1, 5, 20, 50, 150], 'arcmin-2') }} as bin from judged
)

select
    method,
    cut_by,
    bin,
    count(*)::integer as n_xray,
    count(counterpart)::integer as n_counterparts,
    count(chosen)::integer as n_chosen,
    count(*) filter (chosen = counterpart)::integer as n_correct,
    n_correct / nullif(n_counterparts, 0) as recall,
    n_correct / nullif(n_chosen, 0) as purity
from cut
group by method, cut_by, bin
order by method, cut_by, bin
