-- The same of the sources of known class, by models that have not seen them. The boosted trees and the mixture have labels of their own: of sources
-- among these the trees speak out of fold, and of others where none of these is near, whose field they would know; the mixture, whose labels teach
-- it whole clusters, says nothing of its own.
{% set places = '(select distinct ra, dec from ' ~ ref('boosted_training') ~ ')' %}
with near_the_trees as (
    select distinct csc_name
    from ({{ sky_join(ref('muwclass_training'), ['csc_name'], places, 3600 * var('field_link_deg')) }})
),

trees as (
    select * exclude (classifier, features, scheme, repeat, fold, true_class, p_true, uncalibrated)
    from {{ ref('boosted_out_of_fold') }}
    where classifier = 'boosted' and scheme = 'field' and repeat = (select min(repeat) from {{ ref('boosted_out_of_fold') }})
    union all by name
    select * exclude (second_class, second_class_prob, entropy, prediction_set, prediction_set_size)
    from {{ ref('boosted_probabilities') }}
    anti join near_the_trees using (csc_name)
),

mixture as (
    select * from {{ ref('umlcaxs_probabilities') }}
    anti join (select csc_name from {{ ref('umlcaxs_labels') }} where class is not null) using (csc_name)
),

votes as (
    {{ coarse_votes({
        'boosted': 'trees',
        'lynceus': "(select * from " ~ ref('lynceus_out_of_fold') ~ " where scheme = 'field')",
        'muwclass': "(select * from " ~ ref('muwclass_out_of_fold') ~ " where scheme = 'field')",
        'umlcaxs': 'mixture',
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
