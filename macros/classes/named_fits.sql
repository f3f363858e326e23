{#- How XClass fits spectra to its training sources, in words, of a column of var
    xclass_variants: label knows the class of what is fitted, as Rangelov et al.; blind does not.

    {{ named_fits('variant') }} -#}
{% macro named_fits(variant) -%}
    case
        {{ variant }}
        when 'label'
        then 'class-aware fits'
        when 'blind'
        then 'class-blind fits'
        else {{ variant }}
    end
{%- endmacro %}
