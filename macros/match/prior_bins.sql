{#- A query of the bins of a prior of var match, from its file or from the match itself: bin,
    low, high, q and n (densities among counterparts and in the field), n_matches, n_field.
    prior_bins(match, match.priors[0]) -#}
{% macro prior_bins(match, prior) -%}
    {{ _prior_from_matches(match, prior) if prior['from'] == 'auto' else _prior_from_file(prior) }}
{%- endmacro %}

{#- Bins of a prior from the match itself: the property of sources in secure associations (by
    positions alone, weighted with their probability; or by separation) against that of the
    sources of the catalogue in no possible association. The bins have equal weight of secure
    ones, and reach over the field at both ends. -#}
{% macro _prior_from_matches(match, prior) -%}
    {% set catalogue = prior.catalogue %}
    {% set place = catalogue.priors | map(attribute='column') | list %}
    {% set value = 'properties[' ~ (place.index(prior.column) + 1) ~ ']' %}
    {% set id = catalogue.key %}
    with
        possible as (
            select
                *,
                {% if prior.radius_arcsec %}
                    separation_arcsec < {{ prior.radius_arcsec }} as is_secure,
                    1.0::double as weight,
                    separation_arcsec
                    < {{ prior.exclude_radius_arcsec or prior.radius_arcsec }} as is_possible
                {% else %}
                    dist_post > {{ prior.min_prob }} as is_secure,
                    dist_post as weight,
                    dist_post > 0.01 as is_possible
                {% endif %}
            from {{ ref('association_factors') }}
            where {{ id }} is not null and not is_fake
        ),

        -- each source once, with the weight of its likeliest association, so that no order of rows
        -- matters; NWAY takes the first one
        secure as (
            select
                properties_{{ catalogue.number }} [{{ place.index(prior.column) + 1 }}] as m,
                {% if match.formula == 'exact' %} max(weight)
                {% else %}
                    first(
                        weight
                        order by
                            primary_key
                            {%- for other in match.catalogues[1:] %}, {{ other.key }} nulls first
                            {% endfor %}
                    )
                {% endif %} as weight,
                {{ id }}
            from possible
            where is_secure and m is not null
            group by all
        ),

        field as (
            select {{ value }} as m
            from {{ ref('match_sources') }}
            anti join (select {{ id }} from possible where is_possible) as possible using ({{ id }})
            where catalogue = {{ catalogue.number }} and {{ value }} is not null
        ),

        ranked as (
            select
                m,
                row_number() over down as place,
                count(*) over () as n,
                sum(weight) over down / sum(weight) over () as share
            from secure
            window down as (order by m, {{ id }} rows between unbounded preceding and current row)
        ),

        -- the distribution as a line from 0 at the least value to 1 at the largest
        knots as (
            select m, case place when 1 then 0.0 when n then 1.0 else share end as share, place
            from ranked
        ),

        segments as (
            select
                m,
                share,
                lead(m) over (order by place) as next_m,
                lead(share) over (order by place) as next_share
            from knots
        ),

        quantiles as (
            select
                step,
                max(
                    case
                        -- to the last digit: no value may lie beyond the edge it makes
                        when step / {{ prior.bins }}.0::double = next_share
                        then next_m
                        else
                            m
                            + (step / {{ prior.bins }}.0::double - share)
                            / (next_share - share)
                            * (next_m - m)
                    end
                ) as edge
            from range({{ prior.bins + 1 }}) as steps(step)
            inner join segments on step / {{ prior.bins }}.0::double between share and next_share
            group by step
        ),

        edges as (
            select distinct edge
            from quantiles
            union
            select max(m) + 1
            from field
            having max(m) > (select max(edge) from quantiles)
            union
            select min(m) - 1
            from field
            having min(m) < (select min(edge) from quantiles)
        ),

        bins as (
            select
                row_number() over (order by edge)::integer as bin,
                edge as low,
                lead(edge) over (order by edge) as high,
                edge = (
                    select max(edge) from edges where edge < (select max(edge) from edges)
                ) as is_last
            from edges
        ),

        filled as (
            select
                bin,
                low,
                high,
                coalesce(
                    (
                        select sum(weight)
                        from secure
                        where m >= low and (m < high or (is_last and m = high))
                    ),
                    0
                ) as q_weight,
                (
                    select count(*)
                    from secure
                    where m >= low and (m < high or (is_last and m = high))
                ) as n_matches,
                (
                    select count(*)
                    from field
                    where m >= low and (m < high or (is_last and m = high))
                ) as n_field
            from bins
            where high is not null
        ),

        checked as (
            select
                case
                    when count(*) < {{ prior.min_count }}
                    then
                        error(
                            'match {{ match.name }}: prior {{ prior.name }}: '
                            || count(*)
                            || ' sources of secure matches have a {{ dbt.escape_single_quotes(prior.column) }}; {{ prior.min_count }} are needed (min_count)'
                        )
                    when min(m) = max(m)
                    then
                        error(
                            'match {{ match.name }}: prior {{ prior.name }}: {{ dbt.escape_single_quotes(prior.column) }} is '
                            || min(m)
                            || ' in all secure matches, which tells nothing; leave the prior out'
                        )
                    else count(*)
                end as n_secure
            from secure
        )

    select
        bin,
        low,
        high,
        q_weight / sum(q_weight) over () / (high - low) as q,
        coalesce(n_field / nullif(sum(n_field) over (), 0), 0) / (high - low) as n,
        n_matches,
        n_field
    from checked
    left join filled on true
    where n_secure > 0
{%- endmacro %}

{#- Bins of a prior from a text file of four columns, lo hi q n, separated by blanks; # begins a
    comment. -#}
{% macro _prior_from_file(prior) -%}
    select
        row_number() over (order by low)::integer as bin,
        low,
        high,
        q,
        n,
        null::bigint as n_matches,
        null::bigint as n_field
    from
        (
            select
                words[1]::double as low,
                words[2]::double as high,
                words[3]::double as q,
                words[4]::double as n
            from
                (
                    select string_split_regex(trim(split_part(line, '#', 1)), '\s+') as words
                    from
                        read_csv(
                            {{ dbt.string_literal(dbt.escape_single_quotes(prior["from"])) }},
                            columns = {'line':'varchar'},
                            header = false,
                            delim = '\x01',
                            quote = ''
                        )
                    where trim(split_part(line, '#', 1)) <> ''
                )
        )
{%- endmacro %}

{#- The factor of a prior (model prior_histograms) for a value of its property; 1 where the value
    is NULL or outside all bins. -#}
{% macro prior_factor(prior, value) -%}
    {% set bins = ' from ' ~ ref('prior_histograms') ~ ' where prior_number = ' ~ prior.number %}
    case
        when
            {{ value }} >= (select min(low){{ bins }})
            and {{ value }} <= (select max(high){{ bins }})
        then
            (select list(factor order by bin){{ bins }})[
                least(
                    len(
                        list_filter(
                            (select list(low order by bin){{ bins }}),
                            lambda edge:edge <= {{ value }}
                        )
                    ),
                    (select max(bin){{ bins }})
                )
            ]
        else 1.0
    end
{%- endmacro %}
