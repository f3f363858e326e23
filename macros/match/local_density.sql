{#- The density around each search circle, from the sources in the outer rings (`n_ring`, of area `ring_area`), where few are counterparts,
    of the circles in the window `around` for which `counted` holds. Densities differ by their own size over the sky: the prior of
    a cell's density is exponential about the `mean` (a gamma distribution of shape 1), so that its posterior mean is
    (counts + 1) / (rings + 1 / mean). -#}
{% macro local_density(ring_area, mean, around, counted='true') -%}
    (coalesce(sum(n_ring) filter ({{ counted }}) over {{ around }}, 0) + 1)
    / (count(*) filter ({{ counted }}) over {{ around }} * {{ ring_area }} + 1 / ({{ mean }}))
{%- endmacro %}
