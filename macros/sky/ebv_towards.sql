{#- E(B-V) in mag through the whole Galaxy towards an ICRS position in degrees, where no table of
    the user says more.

    {{ ebv_towards('ra', 'dec') }} -#}
{% macro ebv_towards(ra, dec) -%}
    {%- set functions = {'map': 'map_ebv', 'coarse_map': 'coarse_map_ebv', 'model': 'galactic_ebv'} -%}
    {%- set origin = ebv_origin() -%}
    {{- functions[origin] }} (
        {{ ra }}, {{ dec }}
    ){{ '' if origin == 'model' else ' * ' ~ var('ebv_map_scaling') }}
{%- endmacro %}

{#- Which map or model var ebv_source stands for, and which fills the gaps of a column: the
    user's map, else the coarse one. -#}
{% macro ebv_origin() -%}
    {%- set chosen = var('ebv_source') -%}
    {%- if chosen in ['map', 'coarse_map', 'model'] -%} {{- chosen -}}
    {%- else -%} {{- 'map' if env_var('LYNCEUS_DUST_MAPS', '') != '' else 'coarse_map' -}}
    {%- endif -%}
{%- endmacro %}
