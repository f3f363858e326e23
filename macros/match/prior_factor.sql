{#- The factor of a prior (model prior_histograms) for a value of its property; 1 where the value is NULL or outside all bins. -#}
{% macro prior_factor(prior, value) -%}
    {% set bins = ' from ' ~ ref('prior_histograms') ~ ' where prior_number = ' ~ prior.number ~ ')' %}
    case
        when {{ value }} >= (select min(low){{ bins }} and {{ value }} <= (select max(high){{ bins }}
            then ((select list(factor order by bin){{ bins }})[least(
                len(list_filter((select list(low order by bin){{ bins }}, lambda edge: edge <= {{ value }})),
                (select max(bin){{ bins }}
            )]
        else 1.0
    end
{%- endmacro %}
