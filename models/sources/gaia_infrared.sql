-- The infrared counterparts of every Gaia source that is a candidate: the nearest to where Gaia's
-- source was at the survey's epoch, if it lies within the 2-sigma errors of both.
{#- yr, Julian; mean epoch of each survey's positions, to which Gaia sources are moved (2MASS:
    Skrutskie et al. 2006, 1997 to 2001; AllWISE: MJD 55400; CatWISE2020: MJD 57170; unWISE: mean
    of its exposures 2010 to 2017) -#}
{% set survey_epochs = {'twomass': 1999.5, 'allwise': 2010.6, 'catwise': 2015.4, 'unwise': 2014.9} %}
{# of Gaia sources without a published position error, as
                                            in var match #}
{% set default_error_arcsec = 0.001 %}
{% set infrared = counterpart_ids().items() | rejectattr(0, 'equalto', 'gaia') | list %}
with
    candidates as (
        select *
        from {{ ref('stg_gaia__sources') }}
        where
            gaia_source_id in (
                select gaia_source_id
                from {{ ref('candidates') }}
                inner join {{ ref('primaries') }} using (primary_key)
                where not is_fake
            )
    ),

    {% for survey, id in infrared %}
        at_{{ survey }}_epoch as (
            select
                gaia_source_id as candidate_id,
                position.ra as ra,
                position.dec as dec,
                2 * coalesce(
                    greatest(ra_error, dec_error) / 1000, {{ default_error_arcsec }}
                ) as two_sigma_arcsec
            from
                (
                    select
                        *,
                        {{ moved_position('ra', 'dec', 'coalesce(pmra, 0)', 'coalesce(pmdec, 0)', survey_epochs[survey] ~ ' - ref_epoch') }}
                        as position
                    from candidates
                )
        ),

        {{ survey }} as (
            {{ nearest_counterparts([survey], 'at_' ~ survey ~ '_epoch', 'candidate_id') }}
        ){{ ',' if not loop.last }}
    {% endfor %}

select
    candidates.gaia_source_id,
    {% for survey, id in infrared %} {{ survey }}.{{ id }}{{ ',' if not loop.last }} {% endfor %}
from candidates
{% for survey, id in infrared %}
    left join
        {{ survey }}
        on candidates.gaia_source_id = {{ survey }}.candidate_id
        and {{ survey }}.is_counterpart
{% endfor %}
order by candidates.gaia_source_id
