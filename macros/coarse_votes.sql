{#- The probabilities of classifiers, each with columns csc_name, class and p_<class>, summed to coarse classes by seed class_schemes:
    csc_name, classifier, coarse_class, p. Sources that a classifier does not classify, and classes it does not know, have no row. -#}
{% macro coarse_votes(relations) -%}
    select
        csc_name,
        classifier,
        coarse_class,
        {{ exact_sum('p') }} as p
    from (
        {% for classifier, relation in relations.items() %}
        select
            csc_name,
            '{{ classifier }}' as classifier,
            probability,
            p
        from (
            unpivot (select csc_name, columns('^p_.*') from {{ relation }} where class is not null)
            on * exclude (csc_name) into name probability value p
        )
        {{ 'union all' if not loop.last }}
        {% endfor %}
    )
    inner join {{ ref('class_schemes') }} using (classifier, probability)
    group by csc_name, classifier, coarse_class
    order by csc_name, classifier, coarse_class
{%- endmacro %}
