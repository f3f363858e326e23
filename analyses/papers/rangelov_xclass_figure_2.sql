-- Figure 2 of Rangelov et al. (XClass): quality of the fits of spectra, and predicted magnitudes.
-- One row per panel, class and bin: training sources. What lies outside the frame is counted at its
-- edge. Class-aware fits are the paper's.
{% set short = [] %}
{% for name in var('sed_output_filters') %}
    {% do short.append(name.split('_')[-1] | upper) %}
{% endfor %}
{% set place = (short.index('F475W') if 'F475W' in short else 0) + 1 %}
with
    fitted as (
        select
            variant,
            class,
            log10(greatest(fits.chi2_reduced, 1e-4)) as chi2,
            fits.magnitudes[{{ place }}] as magnitude
        from {{ ref('xclass_sed') }} as fits
        inner join {{ ref('xclass_labelled') }} using (csc_name, variant)
        where fits.chi2_reduced is not null
    ),

    binned as (
        select
            'log10 reduced chi-squared' as quantity,
            variant,
            class,
            least(11, greatest(-4, floor(2 * chi2) / 2)) as low,
            0.5 as width
        from fitted
        union all
        select
            '{{ short[place - 1] }} (AB mag)',
            variant,
            class,
            least(34, greatest(5, floor(magnitude))),
            1
        from fitted
        where magnitude is not null
    )

select
    quantity,
    {{ named_fits('variant') }} as panel,
    class as series,
    low,
    low + width as high,
    count(*)::integer as y
from binned
group by quantity, variant, class, low, width
order by quantity like 'F%', panel, series, low
