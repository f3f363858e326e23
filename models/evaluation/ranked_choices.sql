-- The best candidate of each X-ray source by each probability, with how sure that probability is.
-- One row per method and source.
{% set methods = {
    'nway': ('p_any', 'p_i'),
    'joint': ('p_any_joint', 'p_i_joint'),
    'score within the separation limit': ('p_match_ind', 'p_match_ind'),
} %}
{% for method, (confidence, order) in methods.items() %}
    select '{{ method }}' as method, csc_name, gaia_source_id, {{ confidence }} as confidence
    from {{ ref('flagged_pairs') }}
    where {{ confidence }} is not null{{ ' and sep_ok' if 'limit' in method }}
    -- where candidates tie, the nearer one, then the lower id
    qualify
        row_number() over (
            partition by csc_name order by {{ order }} desc, separation_arcsec, gaia_source_id
        )
        = 1
        {{ 'union all' if not loop.last }}
{% endfor %}
