-- Table 2 of Rangelov et al. (XClass): spectral models of each class.
-- One row per class, way of fitting and model: training sources that it fits best, as the primary
-- model or the fallback. Class-aware fits are the paper's.
select
    {{ named_fits('variant') }} as fits, class, model, is_fallback, count(*)::integer as n_sources
from {{ ref('xclass_sed') }}
inner join {{ ref('xclass_labelled') }} using (csc_name, variant)
where model is not null
group by variant, class, model, is_fallback
order by fits, class, n_sources desc, model
