-- How many values of each raw column are missing, and how the catalogue said so. One row per raw
-- table and column.
{% set tables = {
    'csc_master': source('csc', 'csc_master'),
    'csc_stack': source('csc', 'csc_stack'),
    'csc_observation': source('csc', 'csc_observation'),
    'gaia_source': source('gaia', 'gaia_source'),
    'gaia_distance': source('gaia', 'gaia_distance'),
    'twomass': source('twomass', 'twomass'),
    'allwise': source('wise', 'allwise'),
    'catwise': source('wise', 'catwise'),
    'unwise': source('wise', 'unwise'),
    'literature_yangetal_gcs': source('literature', 'literature_yangetal_gcs'),
    'literature_yangetal_training': source('literature', 'literature_yangetal_training'),
    'literature_perezdiazetal': source('literature', 'literature_perezdiazetal'),
    'literature_known_sources': source('literature', 'literature_known_sources'),
    'literature_kumaranetal_training': source('literature', 'literature_kumaranetal_training'),
    'galex': source('surveys', 'galex'),
    'sdss': source('surveys', 'sdss'),
    'mips': source('surveys', 'mips'),
    'csc_wide_bands': source('surveys', 'csc_wide_bands'),
    'simbad': source('simbad', 'simbad'),
    'gamma_ray_regions': source('gamma_ray', 'gamma_ray_regions'),
    'source_reddening': source('reddening', 'source_reddening'),
    'panstarrs': source('panstarrs', 'panstarrs'),
    'hsc': source('hsc', 'hsc'),
    'galaxy_xray': source('galaxies', 'galaxy_xray'),
} %}
{% for catalogue in [
    'veroncetty', 'liu_lmxb', 'liu_hmxb', 'ritterkolb_lmxb', 'ritterkolb_cv', 'downes', 'skiff', 'apogee', 'vanderhucht', 'vanderhucht_annex',
    'snr_m33', 'snr_ngc6946', 'snr_m83',
] %}
    {% do tables.update({'literature_' ~ catalogue: source('vizier', 'literature_' ~ catalogue)}) %}
{% endfor %}
{% set sentinels = var('missing_sentinels') | join(', ') %}
{% for table, relation in tables.items() %}
    select
        '{{ table }}' as raw_table,
        unnest.raw_column,
        n_rows,
        unnest.n_null,
        unnest.n_not_finite,
        unnest.n_sentinel
    from
        (
            select
                count(*) as n_rows,
                [
                    {% for column in adapter.get_columns_in_relation(relation) %}
                        {% set numeric = column.data_type | upper in ('DOUBLE', 'INTEGER', 'BIGINT') %}
                        {
                            'raw_column':'{{ column.name }}',
                            'n_null':count(*) - count("{{ column.name }}"),
                            {% if numeric %}
                                'n_not_finite':count(*) filter (
                                    not isfinite("{{ column.name }}"::double)
                                ),
                                'n_sentinel':count(*) filter (
                                    "{{ column.name }}" in ({{ sentinels }})
                                ),
                            {% else %} 'n_not_finite':0, 'n_sentinel':0,
                            {% endif %}
                        },
                    {% endfor %}
                ] as counts
            from {{ relation }}
        ),
        unnest(counts)
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
order by raw_table, raw_column
