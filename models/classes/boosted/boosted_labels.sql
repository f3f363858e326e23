-- Every source with a class in the literature, by position or by the published training table,
-- which has precedence; its measured values, those of the table where it has any; and why it does
-- not train, if it does not. By position a source is the object of the literature nearest to it
-- within var boosted_label_radius_arcsec, of those that have no X-ray source nearer to them; of
-- equally near ones the first by catalogue and name.
{% set published = 'coalesce(published.' ~ measurements('boosted') | join(', published.') ~ ') is not null' %}
with
    pairs as (
        select csc_name, catalog, object, class, separation_arcsec as offset_arcsec
        from
            (
                {{ sky_join(ref('boosted_measurements'), ['csc_name'], ref('stg_literature__known_sources'), var('boosted_label_radius_arcsec')) }}
            )
    ),

    nearest_sources as (
        select *
        from pairs
        qualify
            row_number() over (partition by catalog, object order by offset_arcsec, csc_name) = 1
    ),

    matches as (
        select
            *,
            count(*) over (partition by csc_name) as n_objects,
            -- catalogues that disagree about a source
            count(distinct class) over (partition by csc_name) as n_classes
        from nearest_sources
        qualify
            row_number() over (partition by csc_name order by offset_arcsec, catalog, object) = 1
    ),

    labels as (
        select
            coalesce(published.csc_name, matches.csc_name) as csc_name,
            coalesce(kumaranetal_training_class, matches.class) as class,
            case
                when published.csc_name is null then catalog else 'Kumaran et al. 2023'
            end as label_from,
            case when published.csc_name is null then object end as object_name,
            case when published.csc_name is null then offset_arcsec end as separation_arcsec,
            n_objects,
            n_classes,
            {{ published }} as is_published,
            published.* exclude (csc_name, kumaranetal_training_class)
        from matches
        full join
            {{ ref('stg_literature__kumaranetal_training') }} as published
            on matches.csc_name = published.csc_name
    ),

    found as (
        select
            labels.csc_name,
            labels.class,
            label_from,
            object_name,
            separation_arcsec,
            n_objects,
            n_classes,
            is_published,
            coalesce(labels.ra, measured.ra) as ra,
            coalesce(labels.dec, measured.dec) as dec,
            {% for column in measurements('boosted') -%}
                case
                    when is_published then labels.{{ column }} else measured.{{ column }}
                end as {{ column }},
            {% endfor -%}
            case
                when
                    labels.class is null
                    or labels.class not in {{ text_list(classes_of('boosted')) }}
                then 'class is outside the scheme'
                when not is_published and measured.csc_name is null
                then 'neither in the table of X-ray sources nor with published values'
                when not is_published and excluding_flags is not null
                then 'flagged: ' || excluding_flags
                when
                    coalesce(labels.ra, measured.ra) is null
                    or coalesce(labels.dec, measured.dec) is null
                then 'no position'
            end as reason
        from labels
        left join
            {{ ref('boosted_measurements') }} as measured on labels.csc_name = measured.csc_name
    ),

    judged as (
        select
            * exclude (reason),
            coalesce(
                reason,
                case
                    when
                        count(*) filter (reason is null) over (partition by class)
                        < {{ var('fewest_members') }}
                    then 'class has too few members'
                end
            ) as not_used_because
        from found
    )

    {{ training_weights('judged', var('boosted_class_weight_power')) }}
order by csc_name
