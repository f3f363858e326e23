-- What is known of one X-ray source? What a page about it shows, from the released tables alone.
-- Choose the source: lynceus query what_is_known_of_one_source --limit 0 --vars '{csc_name: "2CXO
-- J014120.8-251802"}'
{% set name = var('csc_name', '') %}
{#- item, its value and a remark, as expressions over the row of xray_sources -#}
{% set items = [
    ('X-ray source', 'name', "csc_name", "null"),
    ('X-ray source', 'position (deg, ICRS)', "format('{:.5f} {:+.5f}', csc_ra, csc_dec)", "format('1-sigma error {:.2f} arcsec', csc_pos_err_major)"),
    ('X-ray source', 'flux, 0.5-7 keV (erg/s/cm2)', "format('{:.3g}', flux_aper90_b)", "format('{:.3g} to {:.3g}', flux_aper90_lolim_b, flux_aper90_hilim_b)"),
    ('X-ray source', 'hardness, 2-7 and 0.5-1.2 keV', "format('{:.2f}', hard_hs)", "null"),
    ('X-ray source', 'significance', "format('{:.1f}', significance)", "null"),
    ('counterpart', 'state', "state", "n_candidates || ' candidates'"),
    ('counterpart', 'Gaia DR3', "gaia_source_id::varchar", "format('probability {:.3f}, {:.2f} arcsec', p_counterpart, separation)"),
    ('counterpart', 'G, BP-RP (mag)', "format('{:.2f}, {:.2f}', phot_g_mean_mag, bp_rp)", "'Vega'"),
    ('counterpart', 'parallax (mas)', "format('{:.3f}', parallax)", "format('error {:.3f}', parallax_error)"),
    ('counterpart', 'distance (pc)', "format('{:.0f}', r_med_geo)", "format('{:.0f} to {:.0f}; means nothing for quasars', r_lo_geo, r_hi_geo)"),
    ('class', 'all classifiers', "class", "format('probability {:.3f}, {} of {} agree', class_prob, n_agreeing, n_classifiers)"),
] %}
with
    chosen as (
        {% if name %}select $${{ name }}$$ as csc_name
        {% else %}
            -- the brightest of those whose class most catalogues know
            select csc_name
            from {{ ref('xray_sources') }}
            left join
                (
                    select csc_name, count(*) as n_labels
                    from {{ ref('class_labels') }}
                    group by csc_name
                ) using (csc_name)
            order by n_labels desc nulls last, phot_g_mean_mag, csc_name
            limit 1
        {% endif %}
    ),

    lines(place, topic, item, content, remark) as (
        {% for topic, item, value, remark in items %}
            select {{ loop.index }}, '{{ topic }}', '{{ item }}', {{ value }}, {{ remark }}
            from {{ ref('xray_sources') }}
            semi join chosen using (csc_name)
            union all
        {% endfor %}
        select
            20,
            'class',
            classifier,
            coalesce(class, state),
            concat_ws(
                ', ',
                format('probability {:.3f}', class_prob),
                case when is_reliable then 'reliable' end,
                case when is_training_source and class is not null then 'was trained on it' end
            )
        from {{ ref('source_classes') }}
        semi join chosen using (csc_name)
        union all
        select
            21,
            'literature',
            concat_ws(', ', label_from, object_name),
            coalesce(class, object_type, 'no type'),
            concat_ws(
                ', ',
                classifier,
                coalesce(not_used_because, 'trains'),
                format('{:.2f} arcsec', separation)
            )
        from {{ ref('class_labels') }}
        semi join chosen using (csc_name)
        union all
        select
            22 + pivot_wavelength / 1e7,
            'photometry',
            format('{} {} ({:.3f} micron)', survey, band, pivot_wavelength / 1e4),
            concat(
                case when is_upper_limit then '> ' end,
                format('{:.3f}', magnitude),
                format(' +- {:.3f}', magnitude_error)
            ),
            format(
                '{}, {:.2f} arcsec, {}',
                magnitude_system,
                separation,
                case
                    when is_recommended
                    then 'the likeliest of Gaia'
                    when is_within_2sigma
                    then format('chance {:.2g}', chance_probability)
                    else 'beyond the errors'
                end
            )
        from {{ ref('source_photometry') }}
        semi join chosen using (csc_name)
        union all
        select
            23 + pivot_wavelength / 1e7,
            'spectrum of ' || training_set,
            filter,
            format('{:.3f} AB', model_magnitude),
            concat_ws(
                ', ',
                format('observed {:.3f}', observed_magnitude),
                concat_ws(' ', model, template),
                format('chi2 {:.3g}', chi2_reduced)
            )
        from {{ ref('sed_magnitudes') }}
        semi join chosen using (csc_name)
        union all
        select 24, 'X-ray detections', gti_obs, coalesce(class, 'no class'), 'cluster ' || cluster
        from {{ ref('umlcaxs_detections') }}
        semi join chosen using (csc_name)
        union all
        select distinct
            25, 'gamma-ray region', region_name, format('{:.3f} deg', separation_deg), null
        from {{ ref('region_candidates') }}
        semi join chosen using (csc_name)
    )

select topic, item, content, remark
from lines
where content is not null
order by place, topic, item
