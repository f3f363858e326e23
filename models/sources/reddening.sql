-- E(B-V) through the whole Galaxy towards each X-ray source, from what var ebv_source says.
{% set chosen = var('ebv_source') %}
{% set origin = ebv_origin() %}
with
    sources as (select * from {{ ref('stg_csc__sources') }}),

    given as (select * from {{ ref('stg_reddening__sources') }}),

    found as (
        select
            csc_name,
            {% if chosen == 'column' %}
                if(
                    (select count(*) from given) = 0,
                    error('ebv_source is column, but raw table source_reddening has no rows'),
                    given.ebv
                ) as ebv,
                case when given.ebv is not null then 'column' end as ebv_origin
            {% elif chosen == 'auto' and origin != 'map' %}
                coalesce(given.ebv, {{ ebv_towards('ra', 'dec') }}) as ebv,
                case when given.ebv is not null then 'column' else '{{ origin }}' end as ebv_origin
            {% else %} {{ ebv_towards('ra', 'dec') }} as ebv, '{{ origin }}' as ebv_origin
            {% endif %}
        from sources
        left join given using (csc_name)
    )

select *
from found
order by csc_name
