-- Class of every X-ray source by lynceus: its class probabilities, weighted over all that may be
-- its counterpart.
{% set columns = [] %}
{% for name in classes_of('lynceus') %}
    {% do columns.append('p_' ~ class_column(name)) %}
{% endfor %}

with
    cases as (select * from {{ ref('lynceus_candidate_probabilities') }}),

    means as (
        select
            csc_name,
            count(*)::integer as n_cases,
            {% for p in columns -%}
                {{ exact_sum('weight * ' ~ p) }} as {{ p }}{{ ',' if not loop.last }}
            {% endfor %}
        from cases
        group by csc_name
    ),

    deviations as (
        select
            csc_name,
            {% for p in columns -%}
                -- of one case, or of equal ones, there is no deviation
                nullif(
                    sqrt({{ exact_sum('weight * pow(cases.' ~ p ~ ' - means.' ~ p ~ ', 2)') }}), 0
                ) as e_{{ p }}{{ ',' if not loop.last }}
            {% endfor %}
        from cases
        inner join means using (csc_name)
        group by csc_name
    ),

    judged as (
        select
            means.*,
            classes,
            -- in the order of the classes that were trained
            [
                case
                    name
                    {% for name in classes_of('lynceus') %}
                        when '{{ name }}' then p_{{ class_column(name) }}
                    {% endfor %}
                end
                for name in classes
            ] as probabilities,
            list_grade_up(
                [
                    probabilities[i] / pow(priors[i], {{ var('lynceus_prior_power') }}) for i
                    in range(1, len(classes) + 1)
                ],
                'desc',
                'nulls last'
            ) as places
        from means
        cross join {{ ref('lynceus_model') }}
    )

select
    sources.csc_name,
    case
        when classes[places[1]] is not null
        then 'classified'
        when has_no_flux
        then 'no_xray_flux'
        else 'not_trained'
    end as state,
    n_cases,
    classes[places[1]] as class,
    probabilities[places[1]] as class_prob,
    classes[places[2]] as second_class,
    probabilities[places[2]] as second_class_prob,
    {{ columns | join(',\n    ') }},
    e_{{ columns | join(',\n    e_') }},
    training.csc_name is not null as is_training_source
from {{ ref('source_properties') }} as sources
left join judged using (csc_name)
left join deviations using (csc_name)
left join {{ ref('muwclass_training') }} as training using (csc_name)
order by sources.csc_name
