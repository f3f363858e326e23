{#- The measured properties of an X-ray source and its counterparts that the classifiers draw from:
    columns, as a list. -#}
{% macro source_property_columns() -%}
    {%- set columns = [] -%}
    {%- for name in ['flux_s', 'flux_m', 'flux_h', 'flux_b', 'gmag', 'bpmag', 'rpmag', 'jmag', 'hmag', 'kmag', 'w1mag', 'w2mag', 'w3mag'] -%}
        {%- do columns.append(name) -%}
        {%- do columns.append('e_' ~ name) -%}
    {%- endfor -%}
    {{ return(columns + ['var_inter_prob', 'var_intra_prob', 'parallax', 'parallax_error', 'pm', 'rgeo', 'rgeo_lo', 'rgeo_hi']) }}
{%- endmacro %}
