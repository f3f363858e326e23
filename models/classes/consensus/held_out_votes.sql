-- The same of the sources of known class, by models that have not seen them nor their field of the sky.
with votes as (
    {{ coarse_votes({
        'lynceus': "(select * from " ~ ref('lynceus_out_of_fold') ~ " where scheme = 'field')",
        'muwclass': "(select * from " ~ ref('muwclass_out_of_fold') ~ " where scheme = 'field')",
    }) }}
)

select
    votes.csc_name,
    fields.field_fold,
    schemes.coarse_class as true_class,
    votes.classifier,
    votes.coarse_class,
    votes.p
from votes
inner join {{ ref('training_fields') }} as fields using (csc_name)
inner join {{ ref('muwclass_training') }} as training using (csc_name)
inner join {{ ref('class_schemes') }} as schemes on schemes.classifier = 'muwclass' and schemes.class = training.class
order by csc_name, classifier, coarse_class
