-- The features of the sources that train.
with
    sources as (
        select
            way,
            labelled.csc_name,
            class,
            split,
            fold,
            magnitudes,
            nu,
            sources.* exclude (csc_name, ra, dec),
            ground.* exclude (place, role, csc_name)
        from {{ ref('xclass_labelled') }} as labelled
        inner join {{ ref('xclass_xray') }} as sources using (csc_name)
        left join
            {{ ref('xclass_ground') }} as ground
            on labelled.csc_name = ground.csc_name
            and role = 'training'
        where not_used_because is null
    )

    {{ feature_vectors('sources', ['way', 'csc_name', 'class', 'split', 'fold'], feature_names('xclass')) }}
order by way, csc_name
