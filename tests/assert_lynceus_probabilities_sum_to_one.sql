-- Class probabilities are shared out among the classes that train, whichever counterpart is the right one.
{%- set columns = [] -%}
{%- for name in var('muwclass_classes') %}{% do columns.append('coalesce(' ~ 'p_' ~ class_column(name) ~ ', 0)') %}{% endfor %}
select csc_name, {{ columns | join(' + ') }} as total
from {{ ref('lynceus_probabilities') }}
where class is not null and abs(total - 1) > 1e-9
