-- Figure 5 of Rangelov et al. (XClass): purity, completeness and F1 of each class.
-- One row per panel, class and measure, of training sources out of folds at random. Class-aware
-- fits are the paper's.
{% set titles = {'purity': 'purity', 'completeness': 'completeness', 'f1': 'F1'} %}
{% for measure in titles -%}
    select
        {{ loop.index }} as row,
        n as n_sources,
        {{ named_fits('variant') }} as panel,
        class,
        '{{ titles[measure] }}' as series,
        coalesce({{ measure }}, 0) as y
    from {{ ref('class_evaluation') }}
    where
        classifier = 'xclass'
        and scheme = 'random'
        and class_set = 'published'
        and subset = 'all'
        and class <> 'all'
        and n > 0
        {{ 'union all' if not loop.last }}
{% endfor %}
order by panel, n_sources desc, class, row
