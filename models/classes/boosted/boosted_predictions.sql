-- Predictions for the training sources by the boosted trees without them, before and after
-- calibration, and by the classifiers compared with them; with the set of classes that each may be,
-- by thresholds from other fields of the sky.
{% set classes = classes_of('boosted') %}
with
    thresholds as (
        select
            repeat, fold, list(class) as thresholded, list(least_probability) as least_probabilities
        from {{ ref('boosted_set_thresholds') }}
        where fold is not null
        group by repeat, fold
    ),

    trained as (select classes as trained_classes from {{ ref('boosted_model') }}),

    predictions as (
        select
            case
                when classifier = 'boosted' then features else classifier || ', ' || features
            end as variant,
            classifier = 'boosted' and features = '{{ var("boosted_features") }}' as is_released,
            * exclude (classifier, features, uncalibrated),
            {{ text_list(classes) }} as classes,
            {{ class_probability_list(classes) }} as probabilities
        from {{ ref('boosted_out_of_fold') }}
        union all by name
        select
            features || ', uncalibrated' as variant,
            false as is_released,
            * exclude (classifier, features, uncalibrated),
            trained_classes as classes,
            uncalibrated as probabilities
        from {{ ref('boosted_out_of_fold') }}
        cross join trained
        where classifier = 'boosted'
    )

select
    variant,
    is_released,
    scheme,
    'own' as class_set,
    csc_name,
    predictions.repeat,
    predictions.fold,
    field,
    true_class,
    class,
    null::double as confidence,
    classes,
    probabilities,
    -- a class that no other fold has cannot be ruled out: its threshold is 0
    case
        when is_released and scheme = 'field'
        then
            list_filter(
                [
                    {% for name in classes -%}
                        case
                            when
                                p_{{ class_column(name) }} >= coalesce(
                                    least_probabilities[list_position(thresholded, '{{ name }}')], 0
                                )
                            then '{{ name }}'
                        end
                        {{- ',' if not loop.last }}
                    {% endfor -%}
                ],
                lambda one:one is not null
            )
    end as prediction_set
from predictions
left join
    thresholds on thresholds.repeat = predictions.repeat and thresholds.fold = predictions.fold
order by variant, scheme, repeat, csc_name
