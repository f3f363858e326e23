{#- The score below which a share `p` of `reference` (columns p_match_ind and cdf) lies, interpolated
    linearly; the lowest score for smaller shares. -#}
{% macro score_at_cdf(p, reference) -%}
    (
        select
            case
                when count(*) filter (cdf > {{ p }}) = 0 then max(p_match_ind)
                when count(*) filter (cdf <= {{ p }}) = 0 then min(p_match_ind)
                else max(p_match_ind) filter (cdf <= {{ p }})
                    + (min(p_match_ind) filter (cdf > {{ p }}) - max(p_match_ind) filter (cdf <= {{ p }}))
                    * ({{ p }} - max(cdf) filter (cdf <= {{ p }}))
                    / (min(cdf) filter (cdf > {{ p }}) - max(cdf) filter (cdf <= {{ p }}))
            end
        from {{ reference }}
    )
{%- endmacro %}
