-- Classes of X-ray sources by other classifiers, the tables of two papers under each other.
{% for reference in ['yangetal_gcs', 'perezdiazetal'] %}
    select '{{ reference }}' as reference, name as csc_name, class
    from {{ source('literature', 'literature_' ~ reference) }} {{ 'union all' if not loop.last }}
{% endfor %}
