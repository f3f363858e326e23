{#- Stop a run before its first model if a var is unknown, misspelt or out of range: one message with every problem.
    Rules: a list of words is what may be chosen; low and high (none: open) bound a number. Vars without a rule are structures. -#}
{% macro var_rules() -%}
    {{ return({
        'match_radius_arcsec': {'above': 0, 'high': 600},
        'slow_motion_arcsec': {'above': 0, 'high': 600},
        'gaia_ref_epoch': {'low': 1900, 'high': 2200},
        'completeness': {'above': 0, 'high': 1},
        'gaia_area_deg2': {'above': 0, 'high': 41253, 'optional': true},
        'ellipse_formula': ['exact', 'nway'],
        'gaia_default_pos_err_arcsec': {'above': 0, 'high': 600},
        'acceptable_ratio': {'low': 0, 'high': 1},
        'p_any_threshold': {'low': 0, 'high': 1},
        'distinguishability_bin_pairs': {'low': 1},
        'distinguishability_bins': {'low': 1},
        'positive_theta_arcmin': {'low': 0},
        'positive_separation_arcsec': {'above': 0},
        'positive_p_any': {'low': 0, 'high': 1},
        'negative_separation_arcsec': {'low': 0},
        'random_negatives': {'low': 0},
        'drop_shared_gaia': [true, false],
        'match_preset': ['quick', 'paper', 'search'],
        'match_search_draws': {'low': 1},
        'match_features': none,
        'score_threshold': ['chance', 'youden'],
        'gaia_sky_density_arcsec2': {'above': 0},
        'score_threshold_density': ['global', 'local'],
        'verification_cone': none,
        'match': none,
        'missing_sentinels': none,
    }) }}
{%- endmacro %}

{% macro check_vars() -%}
    {%- set rules = var_rules() -%}
    {%- set problems = [] -%}
    {#- the last three choose the rows of worked queries -#}
    {%- for name in invocation_args_dict.get('vars') or {} if name not in rules and name not in ['csc_name', 'gaia_source_id', 'primary_id'] -%}
        {%- do problems.append(name ~ ': no var of that name') -%}
    {%- endfor -%}
    {%- for name, rule in rules.items() if rule is not none -%}
        {%- set value = var(name) -%}
        {%- if rule is mapping -%}
            {%- set is_number = value is number and value is not boolean -%}
            {%- set bounds = [
                'above ' ~ rule.above if 'above' in rule, 'at least ' ~ rule.low if 'low' in rule, 'at most ' ~ rule.high if 'high' in rule
            ] | select | join(' and ') -%}
            {%- set sound = (value is none and rule.optional) or (
                is_number and value > rule.get('above', -1e308) and value >= rule.get('low', -1e308) and value <= rule.get('high', 1e308)
            ) -%}
            {%- if not sound -%}
                {%- do problems.append(name ~ ': ' ~ value ~ ', must be a number ' ~ bounds) -%}
            {%- endif -%}
        {%- elif value not in rule -%}
            {%- do problems.append(name ~ ': ' ~ value ~ ', must be ' ~ rule | join(' or ')) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if problems -%}
        {{ exceptions.raise_compiler_error('vars out of order:\n  ' ~ problems | join('\n  ')) }}
    {%- endif -%}
{%- endmacro %}
