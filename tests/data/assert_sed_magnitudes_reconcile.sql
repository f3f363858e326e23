-- A fit has a row for each band that was measured and one for each filter that sees its light, and
-- the model goes through its anchor.
with
    fits as (
        select 'muwclass' as training_set, csc_name, n_bands, list_count(magnitudes) as n_translated
        from {{ ref('sed_fits') }}
        where
            variant = '{{ (var("studies").get("sed_variants", {"chosen": {}}) | list)[0] }}'
            and model is not null
        union all
        select 'xclass', csc_name, n_bands, list_count(magnitudes)
        from {{ ref('xclass_sed') }}
        where variant = '{{ (var("xclass_variants") | list)[0] }}' and model is not null
    ),

    found as (
        select
            training_set,
            csc_name,
            count(*) filter (is_observed) as n_observed,
            count(*) filter (not is_observed) as n_predicted,
            count(*) filter (is_anchor and is_observed) as n_anchors,
            max(abs(observed_magnitude - model_magnitude)) filter (is_anchor) as off_anchor
        from {{ ref('sed_magnitudes') }}
        group by all
    )

select *
from fits
full join found using (training_set, csc_name)
where
    n_observed is distinct from n_bands
    or n_predicted is distinct from n_translated
    or n_anchors is distinct from 1
    {% if var('sed_normalisation') == 'anchor' %} or off_anchor > 1e-9 {% endif %}
