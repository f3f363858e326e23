-- The features of the sources that train, once for each set of features that is in use.
{% set sets = [var('boosted_features')] %}
{% for classifier, features in var('studies').get('boosted_classifiers', []) if features not in sets %}
    {% do sets.append(features) %}
{% endfor %}
with
    training as (select * from {{ ref('boosted_labels') }} where not_used_because is null)

    {% for name in sets %}
        (
            select '{{ name }}' as feature_set, *
            from
                (
                    {{ feature_vectors('training', ['csc_name', 'class', 'ra', 'dec'], feature_names('boosted', name)) }}
                )
        )
        {{ 'union all' if not loop.last }}
    {% endfor %}
order by feature_set, csc_name
