-- What every X-ray source is: its class probabilities, over all that may be its counterpart.
{% set columns = [] %}
{% for name in var('muwclass_classes') %}{% do columns.append('p_' ~ class_column(name)) %}{% endfor %}

with cases as (
    select * from {{ ref('lynceus_candidate_probabilities') }}
),

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
        sqrt({{ exact_sum('weight * pow(cases.' ~ p ~ ' - means.' ~ p ~ ', 2)') }}) as e_{{ p }}{{ ',' if not loop.last }}
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
        [case name {% for name in var('muwclass_classes') %}when '{{ name }}' then p_{{ class_column(name) }} {% endfor %}end
            for name in classes] as probabilities,
        list_grade_up(
            [probabilities[i] / pow(priors[i], {{ var('lynceus_prior_power') }}) for i in range(1, len(classes) + 1)], 'desc', 'nulls last'
        ) as places
    from means
    cross join {{ ref('lynceus_model') }}
)

select
    csc_name,
    n_cases,
    classes[places[1]] as class,
    probabilities[places[1]] as class_prob,
    classes[places[2]] as second_class,
    probabilities[places[2]] as second_class_prob,
    list_sum([case when p > 0 then -p * log2(p) else 0 end for p in probabilities]) as entropy,
    {{ columns | join(',\n    ') }},
    e_{{ columns | join(',\n    e_') }}
from judged
inner join deviations using (csc_name)
order by csc_name
