-- What every X-ray source is, by all classifiers together, and how far they agree.
{% set classifiers = ['boosted', 'lynceus', 'muwclass', 'umlcaxs'] %}
{% set classes = ['AGN', 'CV', 'NS', 'STAR', 'XRB', 'YSO'] %}

with said as (
    select
        csc_name,
        classifier,
        arg_max(coarse_class, (p, coarse_class)) as class,
        max(p) as class_prob
    from {{ ref('class_votes') }}
    group by csc_name, classifier
),

pooled as (
    select
        csc_name,
        arg_max(coarse_class, (p, coarse_class)) as class,
        max(p) as class_prob,
        {{ exact_sum('case when p > 0 then -p * log2(p) else 0 end') }} as entropy,
        {% for name in classes %}
        max(p) filter (coarse_class = '{{ name }}') as p_{{ class_column(name) }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('consensus_probabilities') }}
    group by csc_name
),

compared as (
    select
        said.csc_name,
        count(*) as n_classifiers,
        count(*) filter (said.class = pooled.class) as n_agreeing,
        {% for name in classifiers %}
        any_value(said.class) filter (classifier = '{{ name }}') as {{ name }}_class,
        any_value(said.class_prob) filter (classifier = '{{ name }}') as {{ name }}_class_prob{{ ',' if not loop.last }}
        {% endfor %}
    from said
    left join pooled using (csc_name)
    group by said.csc_name
)

select
    sources.csc_name,
    coalesce(n_classifiers, 0)::integer as n_classifiers,
    coalesce(n_agreeing, 0)::integer as n_agreeing,
    pooled.class,
    class_prob,
    entropy,
    {% for name in classes %}
    p_{{ class_column(name) }},
    {% endfor %}
    {% for name in classifiers %}
    {{ name }}_class,
    {{ name }}_class_prob,
    {% endfor %}
    training.csc_name is not null as is_training_source
from {{ ref('source_properties') }} as sources
left join compared using (csc_name)
left join pooled using (csc_name)
left join {{ ref('muwclass_training') }} as training using (csc_name)
order by sources.csc_name
