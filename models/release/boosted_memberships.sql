-- How many X-ray sources of unknown class are taken for each class, and with how large a class membership probability (Kumaran et al. 2023,
-- table 8).
{% set cuts = var('boosted_memberships') %}
with unknown as (
    select class, class_prob from {{ ref('boosted_classes') }} where state = 'classified' and not is_training_source
),

classes as (
    select unnest(['{{ var('boosted_classes') | join("', '") }}']) as class
)

select
    class,
    membership_min,
    count(class_prob) filter (class_prob > membership_min)::integer as n_sources
from classes
cross join (select unnest([0.0, {{ cuts | join(', ') }}]::double[]) as membership_min)
left join unknown using (class)
group by class, membership_min
order by class, membership_min
