-- Class of every X-ray source by each classifier, and whether it is reliable by the tests on fields
-- of the sky held out.
{{ config(materialized='view') }}
select
    sources.*,
    case
        when class is not null and thresholds.classifier is not null
        then coalesce(class_prob >= least_class_prob, false)
    end as is_reliable
from {{ ref('classified_sources') }} as sources
left join
    {{ ref('reliable_thresholds') }} as thresholds
    on sources.classifier = thresholds.classifier
    and is_released
    and scheme = 'field'
    and class_set = 'own'
