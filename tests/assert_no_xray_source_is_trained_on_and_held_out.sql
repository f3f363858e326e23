-- Every X-ray source of the positive set is in one part, and no Gaia source trained on belongs to a source held out.
with pairs as (
    select * from {{ ref('labelled_pairs') }}
)

select xray_key, 'several parts' as problem from pairs
group by xray_key
having count(distinct split) > 1
{% if var('drop_shared_gaia') %}
union all
select trained.xray_key, 'shared Gaia source' as problem
from pairs as trained
inner join pairs as held_out using (gaia_source_id)
where trained.split = 'train' and trained.is_trainable and held_out.split <> 'train'
{% endif %}
