-- How many values of each raw column are missing, and how the catalogue said so. One row per raw table and column.
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
    'gamma_ray_regions': source('gamma_ray', 'gamma_ray_regions'),
    'source_reddening': source('reddening', 'source_reddening'),
} %}
{% for table, relation in tables.items() %}
{{ count_missing(table, relation) }}
{% if not loop.last %}
union all
{% endif %}
{% endfor %}
order by raw_table, raw_column
