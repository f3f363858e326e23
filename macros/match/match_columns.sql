{#- The columns of model posteriors that a match has, by its settings: name to type, in their
    order; the type of an id is none, for it is that of the catalogue's. The default match has a
    contract in _position.yml, which says the same.

    {{ match_columns(match_settings()) }} -#}
{% macro match_columns(match) -%}
    {%- set columns = {'primary_key': 'INTEGER', 'is_fake': 'BOOLEAN'} -%}
    {%- for catalogue in match.catalogues[1:] -%}
        {%- do columns.update({catalogue.key: none}) -%}
    {%- endfor -%}
    {%- do columns.update({'ncat': 'INTEGER', 'separation_arcsec': 'DOUBLE'}) -%}
    {%- for catalogue in match.catalogues[1:] if match.catalogues | length > 2 -%}
        {%- for other in match.catalogues[:catalogue.number - 1] -%}
            {%- do columns.update({'separation_' ~ catalogue.name ~ '_' ~ other.name: 'DOUBLE'}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set factors = ['log10_prior', 'log10_bf'] -%}
    {%- if not match.pairwise -%}
        {%- do factors.extend(['log10_bf_corrected', 'dist_post'] + match.priors | map(attribute='name') | list + ['log10_weight']) -%}
    {%- endif -%}
    {%- for name in factors + ['p_single', 'p_any', 'p_i'] -%}
        {%- do columns.update({name: 'DOUBLE'}) -%}
    {%- endfor -%}
    {%- do columns.update({'match_flag': 'INTEGER', 'all_excluded': 'BOOLEAN'}) -%}
    {{ return(columns) }}
{%- endmacro %}
