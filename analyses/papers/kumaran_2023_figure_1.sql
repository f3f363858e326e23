-- Figure 1 of Kumaran et al. 2023: how many training sources have each group of features.
-- One row per class and group: the fraction of the sources with any value of the group. Groups that
-- no source has are left out.
{% set groups = {
    'X-ray flux': ['flux_aper90_b', 'flux_aper90_s', 'flux_aper90_m', 'flux_aper90_h'],
    'X-ray variability': ['var_intra_prob_b', 'kp_intra_prob_b', 'var_inter_prob_b'],
    'Gaia': ['gmag', 'bpmag', 'rpmag'],
    '2MASS': ['jmag', 'hmag', 'kmag'],
    'WISE': ['w1mag', 'w2mag', 'w3mag', 'w4mag'],
    'MIPS': ['mips24'],
    'SDSS': ['u_sdss', 'g_sdss', 'r_sdss', 'i_sdss', 'z_sdss'],
    'GALEX': ['fuvmag', 'nuvmag'],
} %}
with
    available as (
        {% for name, columns in groups.items() -%}
            select
                {{ loop.index }} as row,
                '{{ name }}' as class,
                class as series,
                avg((coalesce({{ columns | join(', ') }}, null) is not null)::integer) as y
            from {{ ref('boosted_labels') }}
            where not_used_because is null
            group by class {{ 'union all' if not loop.last }}
        {% endfor %}
    )

select '' as panel, class, series, y
from available
qualify max(y) over (partition by class) > 0
order by row, series
