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
    counterparts.*,
    {% for band in ['b', 'h', 'm', 's'] %}
        flux_aper90_{{ band }}, flux_aper90_lolim_{{ band }}, flux_aper90_hilim_{{ band }},
    {% endfor %}
    hard_hm,
    hard_hs,
    hard_ms,
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
