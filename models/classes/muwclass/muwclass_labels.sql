-- The class of every source of the training table, and why a source does not train: the classes of
-- var muwclass_classes, with the published properties where the table has them and ours where it
-- has not.
with
    labels as (select * from {{ ref('stg_literature__yangetal_training') }}),

    found as (
        select
            csc_name,
            yangetal_training_class as class,
            'Yang et al. 2022' as label_from,
            labels.flux_s is not null
            and labels.flux_m is not null
            and labels.flux_h is not null as is_published,
            coalesce(labels.ra, properties.ra) as ra,
            coalesce(labels.dec, properties.dec) as dec,
            coalesce(labels.significance, properties.significance) as significance,
            coalesce(labels.err_ellipse_r0, properties.err_ellipse_r0) as err_ellipse_r0,
            case when is_published then labels.csc_flags else properties.csc_flags end as csc_flags,
            {% for column in measurements('muwclass') %}
                case
                    when is_published then labels.{{ column }} else properties.{{ column }}
                end as {{ column }},
            {% endfor %}
            properties.ebv,
            properties.csc_name is null as is_elsewhere
        from labels
        left join {{ ref('source_properties') }} as properties using (csc_name)
    ),

    judged as (
        select
            *,
            case
                when class is null or class not in {{ text_list(classes_of('muwclass')) }}
                then 'class is outside the scheme'
                when not is_published and is_elsewhere
                then 'neither in the table of X-ray sources nor with published fluxes'
                when flux_s is null or flux_s + flux_m + flux_h <= 0
                then 'no X-ray flux'
                when ra is null or dec is null
                then 'no position'
            end as reason
        from found
    )

select
    * exclude (is_elsewhere, reason) replace (
        -- sources of other fields, and those that a user's own column lacks
        coalesce(ebv, {{ ebv_towards('ra', 'dec') }}) as ebv
    ),
    coalesce(
        reason,
        case
            when
                count(*) filter (reason is null) over (partition by class)
                < {{ var('fewest_members') }}
            then 'class has too few members'
        end
    ) as not_used_because
from judged
order by csc_name
