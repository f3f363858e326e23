{#- What is wrong with vars of XClass that depend on each other: a list of messages. -#}
{% macro xclass_problems() -%}
    {%- set problems, split, groups = [], var('xclass_split'), var('xclass_groups') -%}
    {%- if split | length != 3 or split | select('number') | list | length != 3 or (split | sum - 1) | abs > 1e-9 or split | min < 0 -%}
        {%- do problems.append('xclass_split: ' ~ split ~ ', must be three shares that make 1') -%}
    {%- endif -%}
    {%- if var('xclass_nu_secure') > var('xclass_nu_excluded') -%}
        {%- do problems.append('xclass_nu_secure: ' ~ var('xclass_nu_secure') ~ ', must be at most xclass_nu_excluded') -%}
    {%- endif -%}
    {%- if var('xclass_ground_radius_arcsec') > var('survey_radius_arcsec') -%}
        {%- do problems.append('xclass_ground_radius_arcsec: ' ~ var('xclass_ground_radius_arcsec') ~ ', must be at most survey_radius_arcsec') -%}
    {%- endif -%}
    {%- set known = ['AGN', 'LMXB', 'HMXB', 'CV', 'SNR', 'LM-STAR', 'HM-STAR'] -%}
    {%- for one in xclass_classes() if one not in known or xclass_classes() | select('equalto', one) | list | length > 1 -%}
        {%- do problems.append('xclass_groups: ' ~ one ~ ', must be one of ' ~ known | join(', ') ~ ', each once') -%}
    {%- endfor -%}
    {%- if groups | length < 2 or not var('xclass_ways') -%}
        {%- do problems.append('xclass_groups, xclass_ways: at least two groups and one way are needed') -%}
    {%- endif -%}
    {%- for way in var('xclass_ways') if not modules.re.fullmatch('[a-z][a-z0-9_]*', way) -%}
        {%- do problems.append('xclass_ways: ' ~ way ~ ', must be a word of small letters, digits and _') -%}
    {%- endfor -%}
    {%- for filter in var('xclass_ratio_filters') if filter not in var('sed_output_filters') -%}
        {%- do problems.append('xclass_ratio_filters: ' ~ filter ~ ', must be one of sed_output_filters') -%}
    {%- endfor -%}
    {{ return(problems) }}
{%- endmacro %}
