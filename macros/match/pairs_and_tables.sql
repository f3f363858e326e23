{#- What expressions of var match are evaluated over, as the inside of a FROM clause: the pairs
    of real sources (model pair_posteriors, as `pair`, with `separation` in arcsec), the table of
    the first catalogue by its name, and, if an expression names it (`gaia.ra`), that of the second.
    An expression that reads `primary_error` or `error` (1-sigma major axes, arcsec) gets these too,
    and one that reads `critical_separation` that of model distinguishability for all primaries, or
    the match radius where the best candidate can always be told. One that reads `p_any_joint` or
    `p_i_joint` gets those of the table that `first_round` names.

    from {{ pairs_and_tables(match, [rules.positives]) }} -#}
{% macro pairs_and_tables(match, expressions) -%}
    {%- set text = expressions | select | join(' ') -%}
    {%- set first, second = match.catalogues[:2] -%}
    (
        select * exclude (is_fake) rename(separation_arcsec as separation)
        from {{ ref('pair_posteriors') }}
        where not is_fake
    ) as pair
    inner join
        (select primary_key, {{ first.key }} as _first_id from {{ ref('primaries') }}) as _primaries
        using (primary_key)
    inner join
        {{ match_properties_table(first) }} as {{ first.name }}
        on _first_id = {{ first.name }}.{{ quoted(first.id) }}
    {%- if modules.re.search('\\b' ~ second.name ~ '\\.', text) %}
        inner join
            {{ match_properties_table(second) }} as {{ second.name }}
            on pair.{{ second.key }} = {{ second.name }}.{{ quoted(second.id) }}
    {%- endif %}
    {%- if modules.re.search('\\b(primary_error|error)\\b', text) %}
        inner join
            (
                select primary_key, major as primary_error from {{ ref('primaries') }}
            ) as _primary_errors using (primary_key)
        inner join
            (
                select primary_key, {{ second.key }}, major as error
                from {{ ref('candidates') }}
                where catalogue = 2
            ) as _errors using (primary_key, {{ second.key }})
    {%- endif %}
    {%- if reads_joint_posterior(text) %}
        left join
            (
                select
                    {{ first.key }} as _judged_id,
                    {{ second.key }} as _judged_other,
                    p_any_joint,
                    p_i_joint
                from {{ parquet_file(match.classifier.first_round) }}
            ) as _judged
            on _first_id = _judged_id
            and pair.{{ second.key }} = _judged_other
    {%- endif %}
    {%- if reads_critical_separation(text) %}
        cross join
            (
                select
                    coalesce(
                        min(critical_separation), {{ match.radius_arcsec }}
                    ) as critical_separation
                from {{ ref('distinguishability') }}
                where off_axis = 'all'
            ) as _critical
    {%- endif %}
{%- endmacro %}


{#- Whether an expression of var match reads `critical_separation`. -#}
{% macro reads_critical_separation(text) -%}
    {{ return(modules.re.search('\\bcritical_separation\\b', text | string) is not none) }}
{%- endmacro %}


{#- Whether an expression of var match reads the joint posterior of an earlier round. -#}
{% macro reads_joint_posterior(text) -%}
    {{ return(modules.re.search('\\bp_(any|i)_joint\\b', text | string) is not none) }}
{%- endmacro %}
