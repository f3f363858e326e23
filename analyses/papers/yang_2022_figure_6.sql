-- Figure 6 of Yang et al. 2022: quality of the classes kept, over the confidence threshold.
-- One row per measure and threshold, of training sources out of folds at random (the paper leaves
-- one source out).
{% set measures = {
    'accuracy': 'accuracy',
    'balanced_accuracy': 'balanced accuracy',
    'macro_f1': 'macro F1',
    'mcc': 'MCC',
    'fraction_kept': 'completeness (fraction kept)',
    'balanced_fraction_kept': 'balanced completeness',
} %}
{% for column, title in measures.items() -%}
    select {{ loop.index }} as row, '{{ title }}' as series, threshold as x, {{ column }} as y
    from {{ ref('class_thresholds') }}
    where
        classifier = 'muwclass'
        and is_released
        and scheme = 'random'
        and class_set = 'own'
        and threshold_of in ('none', 'confidence')
        and {{ column }} is not null
        {{ 'union all' if not loop.last }}
{% endfor %}
order by row, x
