-- Class membership probabilities of a source sum to 1, of those out of fold as well; classes that do not train have none.
{% set total %}{% for name in var('boosted_classes') %}coalesce(p_{{ class_column(name) }}, 0){{ ' + ' if not loop.last }}{% endfor %}{% endset %}
select csc_name, {{ total }} as total from {{ ref('boosted_probabilities') }} where class is not null and abs(total - 1) > 1e-9
union all
select csc_name, {{ total }} as total from {{ ref('boosted_out_of_fold') }} where abs(total - 1) > 1e-9
