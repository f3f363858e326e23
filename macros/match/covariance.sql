{#- The covariance of an error ellipse (axes, and angle from north through east, radians) as
    columns: c_ee along east, c_nn along north, c_en of both, each with `suffix`.

    {{ covariance('major', 'minor', 'radians(angle)', '_1') }} -#}
{% macro covariance(major, minor, angle, suffix='') -%}
    case
        when {{ major }} = {{ minor }}
        then {{ major }} * {{ major }}
        else pow({{ major }} * sin({{ angle }}), 2) + pow({{ minor }} * cos({{ angle }}), 2)
    end as c_ee{{ suffix }},
    case
        when {{ major }} = {{ minor }}
        then {{ major }} * {{ major }}
        else pow({{ major }} * cos({{ angle }}), 2) + pow({{ minor }} * sin({{ angle }}), 2)
    end as c_nn{{ suffix }},
    case
        when {{ major }} = {{ minor }}
        then 0
        else
            ({{ major }} * {{ major }} - {{ minor }} * {{ minor }})
            * sin({{ angle }})
            * cos({{ angle }})
    end as c_en{{ suffix }}
{%- endmacro %}
