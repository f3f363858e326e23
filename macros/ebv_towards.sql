{#- E(B-V) in mag through the whole Galaxy towards an ICRS position in degrees: of the dust map or the smooth model, whichever var ebv_source
    takes where no table of the user says more. -#}
{% macro ebv_towards(ra, dec) -%}
    {{ 'map_ebv(' ~ ra ~ ', ' ~ dec ~ ') * ' ~ var('ebv_map_scaling') if ebv_origin() == 'map' else 'galactic_ebv(' ~ ra ~ ', ' ~ dec ~ ')' }}
{%- endmacro %}

{#- What var ebv_source stands for: map, column or model. -#}
{% macro ebv_origin() -%}
    {%- set chosen = var('ebv_source') -%}
    {{- ('map' if env_var('LYNCEUS_DUST_MAPS', '') != '' else 'column') if chosen == 'auto' else chosen -}}
{%- endmacro %}
