-- The features of the sources that train (role training), once for each set of features that is in
-- use, with the field of the sky of each, so that whole fields can be held out; and of every X-ray
-- source that is classified (role target), by the set of var boosted_features: those without an
-- excluding flag.
{% set sets = [var('boosted_features')] %}
{% for classifier, features in var('studies').get('boosted_classifiers', []) if features not in sets %}
    {% do sets.append(features) %}
{% endfor %}
with
    labels as (select * from {{ ref('boosted_labels') }} where not_used_because is null),

    fields as ({{ fields_of_sky('labels') }}),

    training as (select * from labels inner join fields using (csc_name)),

    targets as (select * from {{ ref('boosted_measurements') }} where excluding_flags is null)

select 'target' as role, '{{ sets[0] }}' as feature_set, *
from ({{ feature_vectors('targets', ['csc_name'], feature_names('boosted')) }})
{% for name in sets %}
    union all by name
    select 'training' as role, '{{ name }}' as feature_set, *
    from
        (
            {{ feature_vectors('training', ['csc_name', 'class', 'field'], feature_names('boosted', name)) }}
        )
{% endfor %}
order by role, feature_set, csc_name
