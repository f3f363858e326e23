-- The classes share out each source that a classifier classifies.
select
    csc_name,
    classifier,
    {% for name in all_classes() %}{{ ' + ' if not loop.first }}coalesce(p_{{ class_column(name) }}, 0){% endfor %} as total
from {{ ref('source_classes') }}
where state = 'classified' and not coalesce(abs(total - 1) <= 1e-9, false)
