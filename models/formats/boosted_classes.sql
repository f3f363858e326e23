-- Class of every X-ray source by the boosted trees in the columns of Kumaran et al. 2023.
select
    csc_name,
    state,
    excluding_flags,
    {% for column in ['class', 'class_prob', 'second_class', 'second_class_prob'] -%}
        probabilities.{{ column }},
    {% endfor -%}
    list_sum(
        [
            case when p > 0 then - p * log2(p) else 0 end for p
            in {{ class_probability_list(classes_of('boosted')) }} if p
            is not null
        ]
    ) as entropy,
    array_to_string(prediction_set, '|') as prediction_set,
    len(prediction_set)::integer as prediction_set_size,
    {% for name in classes_of('boosted') -%} p_{{ class_column(name) }}, {% endfor -%}
    labels.class as literature_class,
    is_training_source
from {{ ref('boosted_measurements') }} as sources
inner join {{ ref('boosted_probabilities') }} as probabilities using (csc_name)
left join {{ ref('boosted_labels') }} as labels using (csc_name)
order by csc_name
