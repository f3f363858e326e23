-- Purity and completeness of every cut in p_any and in p_any_joint, told without any truth from
-- the fakes, which match by chance only (as NWAY calibrates its cut-off; Salvato et al. 2018,
-- section 5). A source above the cut is taken for a chance neighbour if it has no counterpart,
-- probability 1 - p, and its surroundings pass the cut; or if one of its candidates is the
-- counterpart, probability p p_i, and a neighbour outweighs it. What neighbours there are its own
-- fakes show. The counterparts of all sources number as many as the sum of p_any. One row per
-- probability, way of cutting the sources into bins, bin and cut; without fakes none, nor where
-- these lie on far emptier sky than the sources, since then the other catalogue ends between them.
{% set match = match_settings() %}
{% set first = match.catalogues[0] %}
{% set test = (match.classifier or {}).distinguishability or {} %}
with
    candidates as (
        select primary_key, 'p_any' as probability, p_any as p, p_i
        from {{ ref('posteriors') }}
        where ncat > 1
        {% if match.classifier %}
            union all
            select primary_key, 'p_any_joint', p_any_joint, p_i_joint
            from {{ ref('match_likelihoods') }}
        {% endif %}
    ),

    weighted as (
        select
            *,
            -- log10 of the weight of all of them against that of no counterpart
            coalesce(log10(p / nullif(1 - p, 0)), 300) as log10_odds,
            log10_odds + log10(p_i) as log10_weight
        from candidates
        where p > 0 and p_i > 0
    ),

    judged as (
        select
            primary_key,
            is_fake,
            {{ first.key }},
            probability,
            coalesce(any_value(p), 0) as p,
            any_value(log10_odds) as log10_odds,
            max(log10_weight) as log10_best
        from {{ ref('primaries') }}
        -- nothing is joined where no score could be trained
        cross join (select distinct probability from candidates where p is not null)
        left join weighted using (primary_key, probability)
        where major is not null and minor is not null
        group by primary_key, is_fake, {{ first.key }}, probability
    ),

    -- candidates in the outer half of the search circle, where few are counterparts
    rings as (
        select is_fake, count(*) as n_primaries, coalesce(sum(n_ring), 0) as n_ring
        from {{ ref('primaries') }}
        left join
            (
                select primary_key, count(*) as n_ring
                from {{ ref('candidates') }}
                where separation_arcsec > {{ match.radius_arcsec }} / 2
                group by primary_key
            ) using (primary_key)
        group by is_fake
    ),

    -- half as many, beyond what chance does
    is_cut_out as (
        select fakes.n_ring + 5 * sqrt(expected) < expected / 2 as yes
        from (from rings where is_fake) as fakes
        cross join (from rings where not is_fake) as sources
        cross join
            lateral(
                select fakes.n_primaries * sources.n_ring / sources.n_primaries as expected
            ) as _expected
    ),

    sources as (
        select
            primary_key,
            {{ first.key }},
            density_deg2 / 3600 as density_arcmin2,
            ntile(4) over (order by density_deg2, primary_key) as quarter,
            abs({{ galactic_latitude('ra', 'dec') }}) as latitude
        from {{ ref('primaries') }}
        inner join
            (
                select primary_key, density_deg2
                from {{ ref('primary_densities') }}
                where catalogue = 2
            ) using (primary_key)
        where not is_fake and major is not null and minor is not null
    ),

    bins as (
        select primary_key, 'all' as cut_by, 'all' as bin
        from sources
        union all
        select
            primary_key,
            'density',
            quarter
            || ': '
            || format('{:.4g}', min(density_arcmin2) over (partition by quarter))
            || ' to '
            || format('{:.4g}', max(density_arcmin2) over (partition by quarter))
            || ' arcmin-2'
        from sources
        union all
        select primary_key, 'latitude', {{ labelled_bin('latitude', [0, 5, 15, 30], 'deg') }}
        from sources
        {% if test.stratum %}
            union all
            select
                primary_key,
                'off-axis angle',
                {{ labelled_bin(test.stratum, test.edges, test.unit) }}
            from (select primary_key, {{ first.key }} as _first_id from sources)
            inner join
                {{ match_properties_table(first) }} as {{ first.name }}
                on _first_id = {{ first.name }}.{{ quoted(first.id) }}
        {% endif %}
    ),

    fakes as (
        select
            source.primary_key,
            probability,
            source.p as p_source,
            fake.p,
            fake.log10_odds,
            fake.log10_best,
            1 / count(*) over (partition by source.primary_key, probability) as share
        from (from judged where not is_fake) as source
        inner join (from judged where is_fake) as fake using ({{ first.key }}, probability)
        where (select not yes from is_cut_out)
    ),

    -- what each fake says of its source
    scenes as (
        select primary_key, probability, p, (1 - p_source) * share as chance
        from fakes
        where p > 0
        union all
        select
            primary_key,
            probability,
            1 / (1 + 1 / (pow(10, fakes.log10_odds) + pow(10, log10_weight))),
            weighted.p * p_i * share
        from fakes
        inner join weighted using (primary_key, probability)
        where log10_best > log10_weight
    ),

    cuts as (select step / 100 as p_cut from range(1, 100) as steps(step)),

    totals as (
        select
            probability,
            cut_by,
            bin,
            count(*) as n_sources,
            {{ ordered_sum('p_any') }} as n_counterparts,
            {{ ordered_sum('p_any * (1 - p_any)') }} as counterparts_variance
        from judged
        inner join
            (select primary_key, p as p_any from judged where probability = 'p_any') using (
                primary_key
            )
        inner join bins using (primary_key)
        where not is_fake
        group by probability, cut_by, bin
    ),

    placed as (
        select
            probability,
            cut_by,
            bin,
            count(*) as n_fakes,
            count(distinct primary_key) as n_with_fakes
        from fakes
        inner join bins using (primary_key)
        group by probability, cut_by, bin
    ),

    -- by the highest cut that each exceeds
    counted as (
        select
            probability,
            cut_by,
            bin,
            p_cut,
            count(*) filter (what = 'source') as sources_here,
            count(*) filter (what = 'fake') as fakes_here,
            {{ ordered_sum('chance') }} as chance,
            {{ ordered_sum('chance * chance') }} as chance_squared
        from
            (
                select primary_key, probability, p, 'source' as what, null::double as chance
                from judged
                where not is_fake
                union all
                select primary_key, probability, p, 'fake', null
                from fakes
                union all
                select primary_key, probability, p, 'scene', chance
                from scenes
            )
        inner join bins using (primary_key)
        asof inner join cuts on p > p_cut
        group by probability, cut_by, bin, p_cut
    ),

    summed as (
        select
            totals.*,
            cuts.p_cut,
            n_fakes,
            -- sources whose fakes found no place are as the others
            n_sources / n_with_fakes as scale,
            coalesce(sum(sources_here) over above, 0) as n_selected,
            coalesce(sum(fakes_here) over above, 0) as n_fakes_selected,
            coalesce(sum(chance) over above, 0) * scale as n_false,
            sqrt(coalesce(sum(chance_squared) over above, 0)) * scale as n_false_error
        from totals
        inner join placed using (probability, cut_by, bin)
        cross join cuts
        left join counted using (probability, cut_by, bin, p_cut)
        window above as (partition by probability, cut_by, bin order by cuts.p_cut desc)
    )

select
    probability,
    cut_by,
    bin,
    p_cut,
    n_sources::integer as n_sources,
    n_fakes::integer as n_fakes,
    n_selected::integer as n_selected,
    n_fakes_selected / n_fakes as fake_share,
    n_false,
    n_false_error,
    n_counterparts,
    greatest(0, 1 - n_false / nullif(n_selected, 0)) as purity,
    n_false_error / nullif(n_selected, 0) as purity_error,
    greatest(0, n_selected - n_false) / nullif(n_counterparts, 0) as completeness,
    sqrt(pow(n_false_error, 2) + pow(completeness, 2) * counterparts_variance)
    / nullif(n_counterparts, 0) as completeness_error
from summed
order by probability, cut_by, bin, p_cut
