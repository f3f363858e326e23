{#- Sources as Gaussians on the plane of the primary, multiplied one after another (Budavari &
    Szalay 2008, ApJ 679, 301, in two dimensions): of a product its mean (m_e, m_n), its
    covariance (s_ee, s_nn, s_en) and ln of the Bayes factor of its members being one (ln_group);
    arcsec. Column names end in `suffix`. -#}
{#- The columns of a product of nothing. -#}
{% macro gaussian_of_nothing(suffix) -%}
    {%- for column in ['m_e', 'm_n', 's_ee', 's_nn', 's_en'] -%}
        null::double as {{ column }}{{ suffix }},
    {% endfor -%}
    0.0::double as ln_group{{ suffix }}
{%- endmacro %}

{#- Of the product and one more source (p_e, p_n; o_ee, o_nn, o_en), in two steps: what both
    share, and then the new product as the replacements of `select * replace`. -#}
{% macro gaussian_shared(suffix, scale=none) -%}
    {%- set factor = ' * ' ~ scale * scale if scale else '' -%}
    {% for c in ['ee', 'nn', 'en'] %}
        o_{{ c }}{{ factor }} as w_{{ c }}{{ suffix }},
        s_{{ c }}{{ suffix }} + w_{{ c }}{{ suffix }} as b_{{ c }}{{ suffix }},
    {% endfor %}
    b_ee{{ suffix }} * b_nn{{ suffix }} - b_en{{ suffix }} * b_en{{ suffix }} as det{{ suffix }},
    p_e - m_e{{ suffix }} as d_e{{ suffix }},
    p_n - m_n{{ suffix }} as d_n{{ suffix }},
    {% for gain, terms in {
        'g_0': ('ee', 'nn', 'en', 'en'), 'g_1': ('en', 'ee', 'ee', 'en'), 'g_2': ('en', 'nn', 'nn', 'en'), 'g_3': ('nn', 'ee', 'en', 'en'),
    }.items() %}
        (
            s_{{ terms[0] }}{{ suffix }} * b_{{ terms[1] }}{{ suffix }}
            - s_{{ terms[2] }}{{ suffix }} * b_{{ terms[3] }}{{ suffix }}
        )
        / det{{ suffix }} as {{ gain }}{{ suffix }},
    {% endfor %}
{%- endmacro %}

{% macro gaussian_replaced(suffix) -%}
    {%- set s = suffix -%}
    {%- set first = 'm_e' ~ s ~ ' is null' -%}
    case
        when {{ first }}
        then 0
        else
            ln_group{{ s }}
            + {{ ln_gaussian_overlap('d_e' ~ s, 'd_n' ~ s, 'b_ee' ~ s, 'b_nn' ~ s, 'b_en' ~ s, 'det' ~ s) }}
    end as ln_group{{ s }},
    case
        when {{ first }}
        then p_e
        else m_e{{ s }} + g_0{{ s }} * d_e{{ s }} + g_1{{ s }} * d_n{{ s }}
    end as m_e{{ s }},
    case
        when {{ first }}
        then p_n
        else m_n{{ s }} + g_2{{ s }} * d_e{{ s }} + g_3{{ s }} * d_n{{ s }}
    end as m_n{{ s }},
    case
        when {{ first }} then w_ee{{ s }} else g_0{{ s }} * w_ee{{ s }} + g_1{{ s }} * w_en{{ s }}
    end as s_ee{{ s }},
    case
        when {{ first }} then w_nn{{ s }} else g_2{{ s }} * w_en{{ s }} + g_3{{ s }} * w_nn{{ s }}
    end as s_nn{{ s }},
    case
        when {{ first }} then w_en{{ s }} else g_0{{ s }} * w_en{{ s }} + g_1{{ s }} * w_nn{{ s }}
    end as s_en{{ s }}
{%- endmacro %}

{#- ln of the Bayes factor of two Gaussians: how well they overlap at an offset (d_e, d_n), both
    covariances added. -#}
{% macro ln_gaussian_overlap(d_e, d_n, b_ee, b_nn, b_en, det) -%}
    (
        ln(2 * pow(degrees(1) * 3600, 2))
        - ln({{ det }}) / 2
        - (
            {{ b_nn }} * {{ d_e }} * {{ d_e }}
            + {{ b_ee }} * {{ d_n }} * {{ d_n }}
            - 2 * {{ b_en }} * {{ d_e }} * {{ d_n }}
        )
        / {{ det }}
        / 2
    )
{%- endmacro %}
