{#- The filters of the raw table hsc as the Hubble Source Catalog writes them: A is ACS/WFC, W3 is WFC3. -#}
{% macro hsc_filters() -%}
    {{ return([
        'A_F435W', 'A_F475W', 'A_F555W', 'A_F606W', 'A_F625W', 'A_F775W', 'A_F814W', 'A_F850LP',
        'W3_F225W', 'W3_F275W', 'W3_F336W', 'W3_F390W', 'W3_F475W', 'W3_F555W', 'W3_F606W', 'W3_F814W',
        'W3_F098M', 'W3_F105W', 'W3_F110W', 'W3_F125W', 'W3_F140W', 'W3_F160W',
    ]) }}
{%- endmacro %}
