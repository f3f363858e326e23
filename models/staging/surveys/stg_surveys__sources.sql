-- Sources of Pan-STARRS1, GALEX, SDSS and MIPS under each other: position, its 1-sigma error and
-- magnitudes, NULL for what a survey does not measure.
{% set surveys = {
    'panstarrs': {'id': '"objID" as panstarrs_objid', 'ra': '"raMean"', 'dec': '"decMean"', 'errors': ['"raMeanErr"', '"decMeanErr"'], 'columns': {}},
    'galex': {'columns': {'fuvmag': 'fuv_mag', 'nuvmag': 'nuv_mag'}, 'errors': ['pos_err']},
    'sdss': {'columns': {}, 'errors': ['raerr', 'decerr']},
    'mips': {'columns': {'mips24': 'm1_f_psf'}, 'errors': ['pos_err']},
} %}
{% for band in ['g', 'r', 'i', 'z', 'y'] %}
    {% do surveys.panstarrs["columns"].update({band ~ '_psf_mag': '"' ~ band ~ 'MeanPSFMag"', 'e_' ~ band ~ '_psf_mag': '"' ~ band ~ 'MeanPSFMagErr"'}) %}
{% endfor %}
{% for band in ['u', 'g', 'r', 'i', 'z'] %}
    {% do surveys.sdss["columns"].update({band ~ '_sdss': 'psfmag_' ~ band}) %}
{% endfor %}
{% for survey, one in surveys.items() %}
    select
        '{{ survey }}' as survey,
        {{ one.id or 'objid as ' ~ survey ~ '_objid' }},
        {{ one.ra or 'ra' }} as ra,
        {{ one.dec or 'dec' }} as dec,
        greatest(
            {% for error in one.errors %}{{ number(error) }}{{ ', ' if not loop.last }}{% endfor %}
        ) as pos_err_arcsec,
        {% for column, raw in one['columns'].items() %}
            {{ number(raw) }} as {{ column }},
        {% endfor %}
    from
        {{ source('panstarrs' if survey == 'panstarrs' else 'surveys', survey) }}
        {{ 'union all by name' if not loop.last }}
{% endfor %}
