-- Table 6 of Yang et al. 2022: confident classes beside SIMBAD's.
-- One row per class of SIMBAD and class by MUWCLASS, of well measured X-ray sources that do not
-- train. Of the paper's other catalogues none is read.
{% set types = {
    'AGN': ['G', 'AGN', 'QSO', 'Sy1', 'Sy2', 'Seyfert_1', 'Seyfert_2'],
    'YSO': ['Y*O', 'YSO', 'TT*', 'TTau*', 'Or*', 'Orion_V*'],
    'STAR': ['*', 'Star', '**', 'PM*', 'LM*', 'BY*', 'SB*', 'Em*'],
    'XRB': ['XB*', 'XB', 'HXB', 'HMXB', 'LXB', 'LMXB'],
    'NS': ['Psr', 'Pulsar', 'N*'],
    'CV': ['CV*'],
} %}
with
    compared as (
        select
            case
                {% for name, members in types.items() -%}
                    when otype in {{ text_list(members) }} then '{{ name }}'
                {% endfor %}
            end as simbad_class,
            coarse_class as class
        from {{ ref('source_classes') }}
        inner join {{ ref('source_properties') }} using (csc_name)
        inner join {{ ref('umlcaxs_labels') }} using (csc_name)
        where
            classifier = 'muwclass'
            and is_confident
            and not is_training_source
            and {{ is_well_measured() }}
    )

select
    simbad_class,
    class,
    count(*)::integer as n_sources,
    count(*) / sum(count(*)) over (partition by simbad_class) as fraction
from compared
where simbad_class is not null
group by simbad_class, class
order by simbad_class, n_sources desc, class
