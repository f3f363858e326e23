-- True over false positive rates of the score, each pair scored by a model that has not seen it.
-- One row per score, the highest first.
{% set match = match_settings() %}
{{ config(enabled=match.classifier is not none, materialized='view') }}
with
    counts as (
        select
            p_match_ind,
            count(*) filter (is_positive) as n_positive,
            count(*) filter (not is_positive) as n_negative
        from {{ ref('labelled_pairs') }}
        inner join
            {{ ref('out_of_fold_scores') }} using (primary_key, {{ match.catalogues[1].key }})
        group by p_match_ind
    )

select
    p_match_ind,
    sum(n_positive) over down / nullif(sum(n_positive) over (), 0) as true_positive_rate,
    sum(n_negative) over down / nullif(sum(n_negative) over (), 0) as false_positive_rate
from counts
window down as (order by p_match_ind desc)
order by p_match_ind desc
