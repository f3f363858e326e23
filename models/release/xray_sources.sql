-- What every X-ray source is measured to be, which Gaia source it is, and what it is.
with
    classifiers as (
        select
            csc_name,
            string_agg(classifier, '|' order by classifier) filter (
                class is not null
            ) as class_from,
            bool_or(is_training_source) as trains_classes
        from {{ ref('classified_sources') }}
        group by csc_name
    )

select
    csc_name,
    -- the X-ray source
    csc_ra,
    csc_dec,
    csc_pos_err_major,
    csc_pos_err_minor,
    csc_pos_err_angle,
    min_theta_mean,
    xray_epoch,
    counterparts.significance,
    {% for band in ['b', 'h', 'm', 's'] %}
        flux_aper90_{{ band }}, flux_aper90_lolim_{{ band }}, flux_aper90_hilim_{{ band }},
    {% endfor %}
    hard_hm,
    hard_hs,
    hard_ms,
    -- its counterpart
    counterparts.* exclude (
        csc_name,
        csc_ra,
        csc_dec,
        csc_pos_err_major,
        csc_pos_err_minor,
        csc_pos_err_angle,
        min_theta_mean,
        xray_epoch,
        significance
    ),
    -- its class
    class,
    class_prob,
    entropy as class_entropy,
    n_classifiers,
    n_agreeing,
    class_from,
    trains_classes
from {{ ref('counterparts') }} as counterparts
inner join {{ ref('stg_csc__sources') }} as sources using (csc_name)
inner join {{ ref('consensus_classes') }} using (csc_name)
inner join classifiers using (csc_name)
order by csc_name
