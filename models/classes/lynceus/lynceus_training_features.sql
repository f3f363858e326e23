-- The same features of the sources of known class, as measured.
with
    training as (select * from {{ ref('muwclass_training') }})

    {{ feature_vectors(limited_photometry('training'), ['csc_name', 'class'], feature_names('lynceus')) }}
order by csc_name
