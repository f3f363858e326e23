-- What the literature calls every X-ray source that a classifier has a label of, and whether it
-- trains.
with
    contract as (
        -- columns of a room, of which it may lack those of the second part
        select
            null::varchar as classifier,
            null::varchar as csc_name,
            null::varchar as class,
            null::varchar as not_used_because,
            null::varchar as label_from,
            null::varchar as object_name,
            null::varchar as object_type,
            null::double as separation_arcsec,
            null::double as weight
        where false
    ),

    rooms as (
        select *
        from contract
        {%- for name in var('classifiers') %}
            union all by name
            select
                '{{ name }}' as classifier,
                columns(
                    lambda one:one in (
                        'csc_name',
                        'class',
                        'not_used_because',
                        'label_from',
                        'object_name',
                        'object_type',
                        'separation_arcsec',
                        'weight'
                    )
                )
            from {{ ref(name ~ '_labels') }}
        {%- endfor %}
    ),

    -- labelled sources that training leaves out for want of a measurement
    unmeasured as (
        select null::varchar as classifier, null::varchar as csc_name, null::varchar as reason
        where false
        {% if 'xclass' in var('classifiers') -%}
            union all
            select 'xclass', csc_name, not_used_because
            from {{ ref('xclass_labelled') }}
            where
                variant = '{{ (var("xclass_variants") | list)[0] }}'
                and not_used_because is not null
        {% endif -%}
        {% if 'umlcaxs' in var('classifiers') -%}
            union all
            select 'umlcaxs', csc_name, 'no detection to use'
            from {{ ref('umlcaxs_labels') }}
            anti join
                (select * from {{ ref('umlcaxs_training') }} where trains_all) using (csc_name)
            where not_used_because is null
        {%- endif %}
    )

select
    csc_name,
    classifier,
    class,
    {{ coarse_class('classifier', 'class') }} as coarse_class,
    label_from,
    object_name,
    object_type,
    separation_arcsec as separation,
    coalesce(not_used_because, reason) is null as is_used,
    coalesce(not_used_because, reason) as not_used_because,
    case when is_used then coalesce(weight, 1) end as weight
from rooms
left join unmeasured using (classifier, csc_name)
where class is not null or object_name is not null
order by csc_name, classifier
