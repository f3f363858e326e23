-- Section 5 of Perez-Diaz et al. 2026: the three tables of matches in numbers.
-- One row per table. Distances are 1 / parallax, of positive parallaxes; the latitude below which
-- the paper counts is lost in our copy of it.
{% set low_latitude = 10 %}  {# deg #}
with
    matches as (
        {% for name in ['best', 'alternate', 'ambiguous'] %}
            select {{ loop.index }} as row, '{{ name }}' as matches, csc_name, gaia_source_id
            from {{ ref(name ~ '_matches') }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    pairs as (
        select
            row,
            matches,
            csc_name,
            gaia_source_id,
            min_theta_mean,
            separation,
            p_i,
            p_match_ind,
            case when parallax > 0 then 1 / parallax end as distance_kpc,
            abs({{ galactic_latitude('csc_ra', 'csc_dec') }}) as latitude
        from {{ ref('candidate_pairs') }}
        inner join matches using (csc_name, gaia_source_id)
    )

select
    row::integer as row,
    matches,
    count(*) as n_pairs,
    count(distinct csc_name) as n_xray,
    count(distinct gaia_source_id) as n_gaia,
    avg(separation) as mean_separation_arcsec,
    avg(min_theta_mean) as mean_theta_arcmin,
    avg(p_match_ind) as mean_score,
    avg((p_i > 0.9)::integer) as fraction_p_i_above_0_9,
    avg((p_i < 0.1)::integer) as fraction_p_i_below_0_1,
    avg((distance_kpc is not null)::integer) as fraction_with_parallax,
    avg((distance_kpc < 1)::integer) as fraction_of_these_within_1_kpc,
    avg((distance_kpc < 5)::integer) as fraction_of_these_within_5_kpc,
    median(distance_kpc) as median_distance_kpc,
    avg((latitude < {{ low_latitude }})::integer) as fraction_below_{{ low_latitude }}_deg
from pairs
group by all
order by row
