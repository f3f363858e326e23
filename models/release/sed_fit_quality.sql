-- How well spectra fit the photometry of sources of known class, by class and variant of fitting:
-- Rangelov et al., section 3.4.
{% set bands = ['bp', 'g', 'rp', 'j', 'h', 'k'] %}
select
    class,
    variant,
    count(*)::integer as n_sources,
    count(chi2_reduced)::integer as n_fitted,
    (count(*) filter (chi2_reduced < 10.0))::integer as n_good,
    (count(*) filter (is_fallback))::integer as n_fallback,
    quantile_cont(chi2_reduced, 0.16) as chi2_reduced_p16,
    median(chi2_reduced) as chi2_reduced_median,
    quantile_cont(chi2_reduced, 0.84) as chi2_reduced_p84,
    median(a_v) filter (chi2_reduced is not null) as a_v_median,
    {% for band in bands %}
        median(residuals[{{ loop.index }}]) as {{ band }}_residual_median,
        mad(residuals[{{ loop.index }}]) as {{ band }}_residual_mad
        {{- ',' if not loop.last }}
    {% endfor %}
from {{ ref('sed_fits') }}
group by class, variant
order by class, variant
