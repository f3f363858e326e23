-- What every X-ray source that Hubble saw the place of is: by its nearest object, and over all
-- possible ones by their probability, by the classifier of each variant of var xclass_variants.
{% set groups, members = var('xclass_groups') | list, xclass_members() %}
{% set columns = [] %}
{% for group in groups %} {% do columns.append('p_group_' ~ class_column(group)) %} {% endfor %}
{% for member in members %} {% do columns.append('p_' ~ class_column(member.class)) %} {% endfor %}
with
    cases as (select * from {{ ref('xclass_case_probabilities') }}),

    -- the object taken for the counterpart, of several the most probable
    best as (
        select variant, mode, csc_name, hsc_match_id, separation_arcsec, nu, p_i, p_any
        from cases
        qualify
            row_number() over (
                partition by variant, mode, csc_name
                order by weight desc, separation_arcsec, hsc_match_id
            )
            = 1
    ),

    means as (
        select
            variant,
            mode,
            csc_name,
            count(*)::integer as n_cases,
            {% for p in columns -%}
                {{ exact_sum('weight * ' ~ p) }}
                / nullif({{ exact_sum('weight') }}, 0) as {{ p }}{{ ',' if not loop.last }}
            {% endfor %}
        from cases
        group by variant, mode, csc_name
    ),

    -- the most probable group, and the most probable class in it: Rangelov et al., section 4.3; the
    -- first of equals
    chosen as (
        select
            *,
            list_max(
                list_sort(
                    [
                        {% for group in groups -%}
                            {
                                'p':p_group_{{ class_column(group) }},
                                'order':{{ -loop.index }},
                                'name':'{{ group }}'
                            }{{ ',' if not loop.last }}
                        {% endfor %}
                    ]
                )
            ) as best_group,
            list_max(
                list_filter(
                    [
                        {% for member in members -%}
                            {
                                'p':p_{{ class_column(member.class) }},
                                'order':{{ -loop.index }},
                                'name':'{{ member.class }}',
                                'in':'{{ member.group }}'
                            }
                            {{- ',' if not loop.last }}
                        {% endfor %}
                    ],
                    lambda one:one['in'] = best_group['name'] and one['p'] is not null
                )
            ) as best_class
        from means
    )

select
    variant,
    mode,
    csc_name,
    hsc_match_id,
    separation_arcsec,
    nu,
    p_i,
    p_any,
    n_cases,
    case when best_group['p'] is not null then best_group['name'] end as class_group,
    best_group['p'] as class_group_prob,
    best_class['name'] as class,
    best_class['p'] as class_prob,
    -- of the stage that decides: section 4.4
    case
        when
            best_class['name']
            in {{ text_list(members | rejectattr('model') | map(attribute='class')) }}
        then best_class['p']
        else best_class['p'] / nullif(best_group['p'], 0)
    end as confidence,
    {% for name in xclass_columns() -%}
        {% if name in members | map(attribute='class') | list -%} p_{{ class_column(name) }}
        {%- elif name == 'STAR' and 'STAR' in groups -%} p_group_star
        {%- else -%} null::double
        {%- endif %} as p_{{ class_column(name) }}{{ ',' if not loop.last }}
    {% endfor %}
from chosen
inner join best using (variant, mode, csc_name)
order by variant, mode, csc_name
