-- Every primary of the positive set is in one part, and no source trained on belongs to a primary
-- held out.
{% set match = match_settings() %}
{{ config(enabled=match.classifier is not none) }}
with pairs as (select * from {{ ref('labelled_pairs') }})

select primary_key, 'several parts' as problem
from pairs
group by primary_key
having count(distinct split) > 1
{% if (match.classifier or {}).drop_shared %}
    union all
    select trained.primary_key, 'shared source' as problem
    from pairs as trained
    inner join pairs as held_out using ({{ match.catalogues[1].key }})
    where trained.split = 'train' and trained.is_trainable and held_out.split <> 'train'
{% endif %}
