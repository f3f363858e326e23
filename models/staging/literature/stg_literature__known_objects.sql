-- Entries of the catalogues of objects of known class, VizieR's tables, under each other: one row
-- per entry, NULL for what its catalogue does not give.
{% set own_columns = {
    'veroncetty': {}, 'liu_lmxb': {}, 'liu_hmxb': {}, 'ritterkolb_lmxb': {}, 'ritterkolb_cv': {}, 'downes': {},
    'skiff': {'spectral_type': "nullif(trim(\"SpType\"), '')"},
    'apogee': {'teff': number('"Teff"'), 'logg': number('"logg"'), 's_hrv': number('"s_HRV"')},
    'vanderhucht': {'spectral_type': "nullif(trim(\"SpType\"), '')"},
    'vanderhucht_annex': {'spectral_type': "nullif(trim(\"SpType\"), '')"},
    'snr_m33': {'band': 'band'}, 'snr_ngc6946': {'band': 'band'}, 'snr_m83': {'band': 'band'},
} %}
{% for catalogue, columns in own_columns.items() %}
    select
        '{{ catalogue }}' as catalogue,
        recno,
        nullif(trim("Name"), '') as name,
        {{ number('"_RAJ2000"') }} as ra,
        {{ number('"_DEJ2000"') }} as dec,
        {% for column, formula in columns.items() %} {{ formula }} as {{ column }}, {% endfor %}
    from
        {{ source('vizier', 'literature_' ~ catalogue) }} {{ 'union all by name' if not loop.last }}
{% endfor %}
