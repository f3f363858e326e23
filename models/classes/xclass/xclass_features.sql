-- What XClass sees, of the 26 features of Rangelov et al., section 4.1: of the sources that train
-- (role training), in each variant of translating their photometry; and of those to classify (role
-- target) with the object of Hubble's that is taken for the counterpart: the nearest, as published,
-- or each possible one with its probability (mode).
{% set keys = [
    'role', 'variant', 'mode', 'csc_name', 'class', 'split', 'fold', 'hsc_match_id', 'separation_arcsec', 'nu', 'p_i', 'p_any', 'weight',
] %}
{% set named = [text_list(feature_names('xclass')) ~ ' as feature_names'] %}
with
    candidates as (
        select 'target' as role, * exclude (is_near, density_arcsec2)
        from {{ ref('xclass_hst_candidates') }}
        where is_near and list_count(magnitudes) > 0
    ),

    cases as (
        select 'training' as role, variant, csc_name, class, split, fold, nu, magnitudes
        from {{ ref('xclass_labelled') }}
        where not_used_because is null
        union all by name
        select *, 'nearest' as mode, 1.0::double as weight
        from candidates
        where place = 1
        union all by name
        select *, 'posterior' as mode, p_i as weight
        from candidates
        where p_i >= {{ var('candidate_min_weight') }} or place = 1
    ),

    sources as (
        select
            cases.* exclude (place),
            sources.* exclude (csc_name, ra, dec),
            ground.* exclude (place, role, csc_name, may_have_gaia)
        from cases
        inner join {{ ref('xclass_xray') }} as sources using (csc_name)
        left join
            {{ ref('xclass_ground') }} as ground
            on cases.csc_name = ground.csc_name
            and cases.role = ground.role
        where cases.role = 'training' or significance >= {{ var('xclass_significance') }}
    )

    {{ feature_vectors('sources', keys + named, feature_names('xclass')) }}
order by role, variant, mode, csc_name, hsc_match_id
