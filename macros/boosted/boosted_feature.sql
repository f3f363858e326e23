{#- The SQL of one feature of the boosted trees, by its name, over columns of boosted_measurements and m24:
    a measurement; glon or glat (deg; the place on the sky, which only the published set has); a colour, as G-J; a ratio of X-ray bands, as
    h/m (log10); the spread between observations over the flux, sigma/b (log10); a ratio of X-rays to light, as b/G (log10 of flux plus 0.4 mag). -#}
{% macro boosted_feature(name) -%}
    {%- set bands, xray = boosted_bands(), ['b', 'h', 'm', 's', 'u', 'w'] -%}
    {%- set ends = name.split('/') if '/' in name else name.split('-') -%}
    {%- if name in boosted_measurements() -%}
        {{ name }}
    {%- elif name in ['glon', 'glat'] -%}
        {{ name }}
    {%- elif ends | length == 2 and '-' in name and ends[0] in bands and ends[1] in bands -%}
        {{ bands[ends[0]] }} - {{ bands[ends[1]] }}
    {%- elif ends | length == 2 and ends[0] in xray and ends[1] in bands -%}
        {{ positive_log10('flux_aper90_' ~ ends[0]) }} + 0.4 * {{ bands[ends[1]] }}
    {%- elif ends | length == 2 and ends[0] in xray and ends[1] in xray -%}
        {{ positive_log10('flux_aper90_' ~ ends[0]) }} - {{ positive_log10('flux_aper90_' ~ ends[1]) }}
    {%- elif name == 'sigma/b' -%}
        {{ positive_log10('var_inter_sigma_b') }} - {{ positive_log10('flux_aper90_b') }}
    {%- else -%}
        {{ exceptions.raise_compiler_error('var boosted_feature_sets: no feature ' ~ name ~ '; known are glon, glat, sigma/b, ' ~ boosted_measurements() | join(', ')
            ~ ', and pairs as G-J, h/m and b/G of the bands b, h, m, s, u, w and ' ~ bands | join(', ')) }}
    {%- endif -%}
{%- endmacro %}

{#- A query: the columns `keys` of a relation with the columns of boosted_measurements, ra and dec, and `features`, the list of the features
    `names` in their order, NULL where missing. -#}
{% macro boosted_feature_vectors(relation, keys, names) -%}
    select
        {{ keys | join(',\n        ') }},
        [
            {% for name in names -%}
            {{ finite(boosted_feature(name)) }}{{ ',' if not loop.last }}  -- {{ name }}
            {% endfor -%}
        ]::double[] as features
    from (
        select
            *,
            -2.5 * {{ positive_log10('mips24') }} as m24,
            {{ galactic_longitude('ra', 'dec') }} as glon,
            {{ galactic_latitude('ra', 'dec') }} as glat
        from {{ relation }}
    )
{%- endmacro %}
