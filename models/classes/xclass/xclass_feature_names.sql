-- The features of XClass in their order, as var sed_output_filters makes them.
select place, feature
from
    (
        values
            {% for name in feature_names('xclass') %}
                ({{ loop.index }}, '{{ name }}'){{ ', ' if not loop.last }}
            {% endfor %}
    ) as names(place, feature)
order by place
