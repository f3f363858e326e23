select
    name as csc_name,
    ra,
    dec,
    {{ number('err_ellipse_r0') }} as err_ellipse_r0,
    {{ number('err_ellipse_r1') }} as err_ellipse_r1,
    {{ number('significance') }} as significance,
    {% for band in ['b', 'h', 'm', 's'] %} {{ with_limits('flux_aper90', band) }}, {% endfor %}
from {{ source('galaxies', 'galaxy_xray') }}
