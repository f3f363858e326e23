-- The X-ray sources to classify with the object of Hubble's that is taken for the counterpart: the
-- nearest, as published, or each possible one with its probability.
with
    candidates as (
        select *, list_count(magnitudes) > 0 as has_magnitude
        from {{ ref('xclass_hst_candidates') }}
        where is_near
    ),

    cases as (
        select 'nearest' as mode, 1.0::double as weight, *
        from candidates
        where place = 1 and has_magnitude
        union all
        select 'posterior' as mode, p_i as weight, *
        from candidates
        where has_magnitude and (p_i >= {{ var('candidate_min_weight') }} or place = 1)
    ),

    sources as (
        select
            cases.*, sources.* exclude (csc_name, ra, dec), ground.* exclude (place, role, csc_name)
        from cases
        inner join {{ ref('xclass_xray') }} as sources using (csc_name)
        left join
            {{ ref('xclass_ground') }} as ground
            on cases.csc_name = ground.csc_name
            and role = 'target'
        where significance >= {{ var('xclass_significance') }}
    )

    {{ feature_vectors('sources', ['mode', 'csc_name', 'hsc_match_id', 'separation_arcsec', 'nu', 'p_i', 'p_any', 'weight'], feature_names('xclass')) }}
order by mode, csc_name, hsc_match_id
