-- Every way in which a primary and at most one source of each other catalogue may be one object,
-- all of them nearer to each other than the match radius; and what their positions say for it. One
-- row per association; that of the primary alone is the hypothesis of no counterpart. `members` has
-- bit 2^(k-2) set if catalogue k takes part. log10_bf is of all members, log10_bf_group of those
-- besides the primary. Separations are those of the catalogues' positions, at the primary's epoch
-- where they carry motions. A match of two catalogues whose second has circular errors does
-- without: model posteriors.
{% set match = match_settings() %}
{{ config(enabled=not match.pairwise) }}
{% set others = match.catalogues[1:] %}
{% set nway = match.formula == 'nway' %}
{#- those with motions first, so that it is known when the others come -#}
{% set ordered = match.moving + (others | rejectattr('pmra') | list) %}
{% set choices = wide_choices(others) %}
{% set first_choices = wide_choices(match.catalogues[:1]) %}
{% set minor, angle = ('major', '0.0') if match.circular else ('minor', 'angle') %}
with
    near as (
        {% if nway %}select * from {{ ref('candidates') }}
        {% else %}{{ in_plane_of_primary(match, minor, angle) }}
        {% endif %}
    ),

    {% for catalogue in ordered %}
        {% set k, before = catalogue.number, ordered[:loop.index0] %}
        {% if loop.first %}
            step_0 as (
                select
                    primary_key,
                    is_fake,
                    1 as ncat,
                    0 as members,
                    {% if nway %}
                        ra as ra_1,
                        dec as dec_1,
                        major as major_1,
                        minor as minor_1,
                        angle as angle_1,
                    {% else %}
                        {{ covariance('major', 'minor', 'radians(angle)', '_1') }},
                        {% for choice in choices %} {{ gaussian_of_nothing(choice.suffix) }},
                        {% endfor %}
                    {% endif %}
                    {% if match.carried %}
                        null::double as motion_east, null::double as motion_north,
                    {% endif %}
                from {{ ref('primaries') }}
            ),
        {% endif %}

        step_{{ loop.index }} as (
            select *
            from step_{{ loop.index0 }}
            union all by name
            select
                *
                {% if not nway %}
                    exclude (
                        p_e,
                        p_n,
                        o_ee,
                        o_nn,
                        o_en
                        {%- for choice in choices %}
                            {% for c in ['w_ee', 'w_nn', 'w_en', 'b_ee', 'b_nn', 'b_en', 'det', 'd_e', 'd_n', 'g_0', 'g_1', 'g_2', 'g_3'] %}
                                , {{ c }}{{ choice.suffix }}
                            {% endfor %}
                        {% endfor %}
                    )
                {% endif %} replace (
                    ncat + 1 as ncat,
                    members + {{ 2 ** (k - 2) }} as members
                    {%- if not nway %}
                        {% for choice in choices %}
                            , {{ gaussian_replaced(choice.suffix) }}
                        {%- endfor %}
                    {% endif %}
                )
            from
                (
                    select
                        *,
                        {% if not nway %}
                            {% for choice in choices %}
                                {{ gaussian_shared(choice.suffix, choice.scales.get(k)) }}
                            {% endfor %}
                        {% endif %}
                    from
                        (
                            select
                                so_far.* {{ 'replace (coalesce(so_far.motion_east, next.motion_east) as motion_east, coalesce(so_far.motion_north, next.motion_north) as motion_north)' if match.carried }},
                                next.{{ catalogue.key }},
                                {% if catalogue.priors %}
                                    next.properties as properties_{{ k }},
                                {% endif %}
                                next.separation_arcsec as separation_{{ k }}_1,
                                {% for other in before %}
                                    case
                                        when so_far.ra_{{ other.number }} is not null
                                        then
                                            {{ great_circle_arcsec('so_far.ra_' ~ other.number, 'so_far.dec_' ~ other.number, 'next.ra', 'next.dec') }}
                                    end
                                    as separation_{{ [k, other.number] | max }}_{{ [k, other.number] | min }},
                                {% endfor %}
                                {% if nway or not loop.last %}
                                    next.ra as ra_{{ k }}, next.dec as dec_{{ k }},
                                {% endif %}
                                {% if nway %}
                                    next.major as major_{{ k }},
                                    next.{{ minor }} as minor_{{ k }},
                                    {{ angle }} as angle_{{ k }},
                                {% else %}
                                    next.east {{ '+ coalesce(so_far.motion_east * next.years / 1000, 0)' if k in match.carried }}
                                    as p_e,
                                    next.north {{ '+ coalesce(so_far.motion_north * next.years / 1000, 0)' if k in match.carried }}
                                    as p_n,
                                    next.c_ee as o_ee,
                                    next.c_nn as o_nn,
                                    next.c_en as o_en,
                                {% endif %}
                            from step_{{ loop.index0 }} as so_far
                            inner join
                                near as next
                                on so_far.primary_key = next.primary_key
                                and catalogue = {{ k }}
                        )
                    where
                        true
                        {% for other in before %}
                            {% set separation = 'separation_' ~ [k, other.number] | max ~ '_' ~ [k, other.number] | min %}
                            and (
                                {{ separation }} is null
                                or {{ separation }} < {{ match.radius_arcsec }}
                            )
                        {% endfor %}
                )
        ){{ ',' if not loop.last }}
    {% endfor %}

select
    primary_key,
    is_fake,
    {% for catalogue in others %} {{ catalogue.key }}, {% endfor %}
    ncat,
    members,
    {% for catalogue in others %}
        {% for other in match.catalogues[:catalogue.number - 1] %}
            separation_{{ catalogue.number }}_{{ other.number }},
        {% endfor %}
        {{ 'properties_' ~ catalogue.number ~ ',' if catalogue.priors }}
    {% endfor %}
    {% if nway %}
        case when ncat > 1 then {{ nway_log10_bf(match.catalogues) }} else 0.0 end as log10_bf,
        case when ncat > 2 then {{ nway_log10_bf(others) }} end as log10_bf_group
    {% else %}
        {% set whole, weights = [], [] %}
        {% for first in first_choices %}
            {% set f = first.scales.get(1, 1) ** 2 %}
            {% for choice in choices %}
                {% set s = choice.suffix %}
                {% set b = {} %}
                {% for c in ['ee', 'nn', 'en'] %}
                    {% do b.update({c: '(s_' ~ c ~ s ~ ' + c_' ~ c ~ '_1 * ' ~ f ~ ')'}) %}
                {% endfor %}
                {% set det = '(' ~ b.ee ~ ' * ' ~ b.nn ~ ' - ' ~ b.en ~ ' * ' ~ b.en ~ ')' %}
                {% do whole.append('ln_group' ~ s ~ ' + ' ~ ln_gaussian_overlap('m_e' ~ s, 'm_n' ~ s, b.ee, b.nn, b.en, det)) %}
                {% do weights.append(first.weight * choice.weight) %}
            {% endfor %}
        {% endfor %}
        {% set groups, group_weights = [], [] %}
        {% for choice in choices %}
            {% do groups.append('ln_group' ~ choice.suffix) %} {% do group_weights.append(choice.weight) %}
        {% endfor %}
        {#- ln of each sum, from the logarithms of its terms and their weights -#}
        {% set sums = [] %}
        {% for terms, of_terms in [(whole, weights), (groups, group_weights)] %}
            {% set weighted = [] %}
            {% for term in terms %}
                {% do weighted.append(term ~ ' + ln(' ~ of_terms[loop.index0] ~ '::double)') %}
            {% endfor %}
            {% do sums.append(
                terms[0] if terms | length == 1
                else 'list_reduce([' ~ weighted | join(', ') ~ '], lambda a, b: greatest(a, b) + ln(1 + exp(least(a, b) - greatest(a, b))))'
            ) %}
        {% endfor %}
        case when ncat > 1 then ({{ sums[0] }}) / ln(10) else 0.0 end as log10_bf,
        case when ncat > 2 then ({{ sums[1] }}) / ln(10) end as log10_bf_group
    {% endif %}
from step_{{ ordered | length }}
