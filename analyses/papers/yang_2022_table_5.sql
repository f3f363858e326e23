-- Table 5 of Yang et al. 2022: numbers and fractions of classifications of each class.
-- One row per class, of well measured X-ray sources that do not train; bright ones have a
-- significance of 6 or more. A counterpart is a magnitude in any band.
select
    classified.class,
    count(*)::integer as n_sources,
    avg(is_confident::integer) as confident_fraction,
    count(*) filter (significance >= 6)::integer as n_bright,
    avg(is_confident::integer) filter (significance >= 6) as bright_confident_fraction,
    avg(
        (coalesce(gmag, bpmag, rpmag, jmag, hmag, kmag, w1mag, w2mag, w3mag) is not null)::integer
    ) as counterpart_fraction
from {{ ref('source_classes') }} as classified
inner join {{ ref('source_properties') }} using (csc_name)
where
    classifier = 'muwclass'
    and state = 'classified'
    and not is_training_source
    and {{ is_well_measured() }}
group by classified.class
order by n_sources desc, class
