-- E(B-V) through the whole Galaxy towards each X-ray source, from what var ebv_source says.
{% set chosen = var('ebv_source') %}
{% set has_map = env_var('LYNCEUS_DUST_MAPS', '') != '' %}
{% set origin = ('map' if has_map else 'column') if chosen == 'auto' else chosen %}
with sources as (
    select * from {{ ref('stg_csc__sources') }}
),

given as (
    select * from {{ ref('stg_reddening__sources') }}
),

found as (
    select
        csc_name,
        {% if origin == 'map' %}
        map_ebv(ra, dec) * {{ var('ebv_map_scaling') }} as ebv,
        'map' as ebv_origin
        {% elif origin == 'model' %}
        galactic_ebv(ra, dec) as ebv,
        'model' as ebv_origin
        {% elif chosen == 'column' %}
        if((select count(*) from given) = 0, error('ebv_source is column, but raw table source_reddening has no rows'), given.ebv) as ebv,
        case when given.ebv is not null then 'column' end as ebv_origin
        {% else %}
        -- sources that the table lacks have the model's
        coalesce(given.ebv, galactic_ebv(ra, dec)) as ebv,
        case when given.ebv is not null then 'column' else 'model' end as ebv_origin
        {% endif %}
    from sources
    {% if origin == 'column' %}
    left join given using (csc_name)
    {% endif %}
)

select * from found
order by csc_name
