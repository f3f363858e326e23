-- Table 3 of Yang et al. 2022: the photometric bands, and how deep they are.
-- One row per band. depth_mag is the paper's, which the classifier uses; faintest_mag is that of
-- our counterparts.
with
    faintest as (
        {% for band in ['g', 'bp', 'rp', 'j', 'h', 'k', 'w1', 'w2', 'w3'] -%}
            select '{{ band | upper }}' as band, max({{ band }}mag) as faintest_mag
            from {{ ref('source_properties') }} {{ 'union all' if not loop.last }}
        {% endfor %}
    )

select band, depth_mag, faintest_mag, zero_point_flux, effective_wavelength, effective_width
from {{ ref('photometric_bands') }}
left join faintest using (band)
order by effective_wavelength
