-- Class of every X-ray source by the votes of its detections: Perez-Diaz et al. 2024, section
-- 3.2.2. The hard vote counts classes, of equal counts that with the larger mean probability; the
-- soft vote, which decides, averages probabilities.
{% set classes = classes_of('umlcaxs') %}
{% set columns = [] %}
{% for name in classes %} {% do columns.append('p_' ~ class_column(name)) %} {% endfor %}

with
    votes as (select * from {{ ref('umlcaxs_detection_probabilities') }}),

    means as (
        select
            csc_name,
            count(class)::integer as n_detections,
            (count(*) - count(class))::integer as n_silent_detections,
            {% for p in columns -%}
                {{ exact_sum(p) }} / count(class) as {{ p }}{{ ',' if not loop.last }}
            {% endfor %}
        from votes
        group by csc_name
    ),

    deviations as (
        select
            csc_name,
            {% for p in columns -%}
                -- of one detection, or of equal ones, there is no deviation
                nullif(
                    sqrt(
                        {{ exact_sum('pow(votes.' ~ p ~ ' - means.' ~ p ~ ', 2)') }} / count(class)
                    ),
                    0
                ) as e_{{ p }}{{ ',' if not loop.last }}
            {% endfor %}
        from votes
        inner join means using (csc_name)
        group by csc_name
    ),

    counts as (
        select
            csc_name,
            class,
            count(*) as n_votes,
            any_value(
                case
                    class
                    {% for name in classes %}
                        when '{{ name }}' then means.p_{{ class_column(name) }}
                    {% endfor %}
                end
            ) as mean_p
        from votes
        inner join means using (csc_name)
        where class is not null
        group by csc_name, class
    ),

    hard as (
        select
            csc_name,
            first(
                class
                order by n_votes desc, mean_p desc, list_position({{ text_list(classes) }}, class)
            ) as hard_class,
            list_count(list_filter(list(n_votes), lambda n:n = max(n_votes))) > 1 as is_tie
        from counts
        group by csc_name
    ),

    soft as (
        select
            *,
            list_grade_up([{{ columns | join(', ') }}], 'desc', 'nulls last') as places,
            [{{ columns | join(', ') }}] as p
        from means
    )

select
    labels.csc_name,
    case
        when soft.csc_name is null
        then 'no_detection_to_use'
        when n_detections > 0
        then 'classified'
        else 'not_trained'
    end as state,
    n_detections,
    n_silent_detections,
    case when n_detections > 0 then {{ text_list(classes) }} [places[1]] end as class,
    p[places[1]] as class_prob,
    case when n_detections > 0 then {{ text_list(classes) }} [places[2]] end as second_class,
    p[places[2]] as second_class_prob,
    hard_class,
    is_tie,
    hard_class <> {{ text_list(classes) }} [places[1]] as is_ambiguous,
    {{ columns | join(',\n    ') }},
    e_{{ columns | join(',\n    e_') }},
    labels.class is not null as is_training_source
from {{ ref('umlcaxs_labels') }} as labels
left join soft using (csc_name)
left join deviations using (csc_name)
left join hard using (csc_name)
order by labels.csc_name
