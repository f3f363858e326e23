{#- Stop a run before its first model if a var is unknown, misspelt or out of range: one message
    with every problem. Rules are those of macro broken_rule; vars without one are structures. -#}
{% macro _var_rules() -%}
    {{ return({
        'match': none,
        'match_preset': {'choices': ['quick', 'paper', 'search']},
        'match_search_draws': {'low': 1},
        'p_any_threshold': {'low': 0, 'high': 1},
        'photometry_theta_arcmin': {'above': 0},
        'photometry_pileup': {'low': 0},
        'missing_flux_limit': {'above': 0, 'high': 1},
        'ebv_source': {'choices': ['auto', 'map', 'column', 'coarse_map', 'model']},
        'ebv_map_scaling': {'above': 0, 'high': 10},
        'survey_radius_arcsec': {'above': 0, 'high': 600},
        'class_counterparts': {'choices': ['nearest', 'posterior']},
        'candidate_min_weight': {'low': 0, 'high': 1},
        'classifiers': {'kind': 'mapping'},
        'fewest_members': {'low': 6},
        'muwclass_draws': {'low': 1},
        'muwclass_trees': {'low': 2},
        'muwclass_target_draws': {'low': 1},
        'muwclass_classifier': {'choices': [
            'forest', 'sklearn_forest', 'extra_trees', 'bagging', 'tree', 'gradient_boosting',
            'nearest_neighbours', 'support_vectors', 'lightgbm'
        ]},
        'muwclass_neighbours': {'low': 0},
        'muwclass_seed': {'low': 0},
        'validation_folds': {'low': 0, 'high': 1000},
        'validation_draws': {'low': 1},
        'field_link_deg': {'above': 0, 'high': 180},
        'reliable_accuracy': {'above': 0, 'high': 1},
        'lynceus_counterparts': {'choices': ['marginal', 'nearest']},
        'lynceus_prior_power': {'low': 0, 'high': 1},
        'lynceus_rounds': {'low': 1, 'high': 100000},
        'boosted_label_radius_arcsec': {'above': 0, 'high': 600},
        'boosted_features': {'choices': _names_in('classifiers', 'boosted', 'features') or [var('boosted_features')]},
        'boosted_unmeasured_features': {'choices': ['left_out', 'trained']},
        'boosted_members': {'low': 1, 'high': 100},
        'boosted_rounds': {'low': 1, 'high': 100000},
        'boosted_parameters': {'kind': 'mapping'},
        'boosted_class_weight_power': {'low': 0, 'high': 1},
        'boosted_folds': {'low': 2, 'high': 1000},
        'boosted_repeats': {'low': 1, 'high': 1000},
        'boosted_coverage': {'above': 0, 'high': 0.9999},
        'xclass_significance': {'low': 0},
        'xclass_nu_excluded': {'above': 0, 'high': 10},
        'xclass_ground_counterparts': {'choices': ['nearest', 'posterior']},
        'xclass_ground_radius_arcsec': {'above': 0, 'high': 60},
        'xclass_a_v_source': {'choices': ['dust', 'gaia']},
        'xclass_hst_counterparts': {'choices': ['nearest', 'posterior']},
        'xclass_hst_completeness': {'above': 0, 'high': 1},
        'xclass_variants': {'kind': 'mapping'},
        'xclass_groups': {'kind': 'mapping'},
        'xclass_stage_two': {'choices': ['full', 'published']},
        'xclass_classifier': {'choices': ['forest', 'sklearn_forest', 'lightgbm']},
        'xclass_trees': {'low': 1},
        'xclass_validation_trees': {'low': 1},
        'xclass_inner_trees': {'low': 1},
        'xclass_neighbours': {'low': 0},
        'xclass_folds': {'low': 2, 'high': 100},
        'xclass_seed': {'low': 0},
        'umlcaxs_variability_ratio': {'choices': ['sigma_over_mean', 'mean_over_sigma']},
        'umlcaxs_min_significance': {'low': 0},
        'simbad_radius_arcsec': {'above': 0, 'high': 600},
        'umlcaxs_clustering': {'choices': ['gaussian_mixture', 'dirichlet_process', 'hdbscan']},
        'umlcaxs_components': {'low': 1, 'high': 100},
        'umlcaxs_seed': {'low': 0},
        'umlcaxs_starts': {'low': 1},
        'umlcaxs_fewest_detections': {'low': 2},
        'umlcaxs_fewest_members': {'low': 2},
        'umlcaxs_few_members': {'low': 0},
        'umlcaxs_distance': {'choices': ['squared', 'plain']},
        'umlcaxs_rule': {'choices': ['cluster', 'weighted', 'density']},
        'consensus_floor': {'above': 0, 'high': 0.1},
        'region_radius_factor': {'above': 0, 'high': 4},
        'region_min_significance': {'low': 0},
        'sed_input_filters': {'kind': 'list'},
        'sed_output_filters': {'kind': 'list'},
        'sed_normalisation': {'choices': ['anchor', 'least_squares']},
        'sed_extinction': {'choices': ['none', 'fitted', 'column']},
        'sed_a_v_max': {'low': 0, 'high': 50},
        'sed_labels': {'choices': ['label', 'blind', 'stellar']},
        'sed_gaia_system': {'choices': ['vega', 'ab']},
        'sed_weighting': {'choices': ['convention', 'published']},
        'sed_error_floor_mag': {'low': 0, 'high': 1},
        'studies': {'kind': 'mapping'},
        'missing_sentinels': none,
    }) }}
{%- endmacro %}

{% macro check_vars() -%}
    {%- set rules = _var_rules() -%}
    {%- set problems = [] -%}
    {#- the last three choose the rows of worked queries -#}
    {%- for name in invocation_args_dict.get('vars') or {} if name not in rules and name not in ['csc_name', 'gaia_source_id', 'primary_id'] -%}
        {%- do problems.append(name ~ ': no var of that name') -%}
    {%- endfor -%}
    {%- for name, rule in rules.items() if rule is not none -%}
        {%- set wrong = none if rule.optional and var(name) is none else broken_rule(var(name), rule) -%}
        {%- if wrong -%}
            {%- do problems.append(name ~ ': ' ~ var(name) ~ ', must be ' ~ wrong) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if var('ebv_source') == 'map' and not env_var('LYNCEUS_DUST_MAPS', '') -%}
        {%- do problems.append('ebv_source: map, but LYNCEUS_DUST_MAPS does not say in which folder the map is') -%}
    {%- endif -%}
    {%- do problems.extend(_xclass_problems()) -%}
    {%- do problems.extend(_classifier_problems()) -%}
    {%- do problems.extend(_study_problems()) -%}
    {%- if problems -%}
        {{ exceptions.raise_compiler_error('vars out of order:\n  ' ~ problems | join('\n  ')) }}
    {%- endif -%}
{%- endmacro %}

{#- What is wrong with var classifiers: a list of messages. -#}
{% macro _classifier_problems() -%}
    {%- set problems, known = [], ['AGN', 'CV', 'HM-STAR', 'HMXB', 'LM-STAR', 'LMXB', 'NS', 'YSO'] -%}
    {%- for name, entry in var('classifiers').items() -%}
        {%- if entry is not mapping or entry.classes is not mapping or not entry.classes
                or ['confident', 'errors', 'held_out', 'knows_fields'] | reject('in', entry) | list -%}
            {%- do problems.append(
                'classifiers: ' ~ name ~ ' must have classes, each with its coarse class, and confident, errors, held_out and knows_fields'
            ) -%}
        {%- endif -%}
        {#- whose labels are one table, and whose draws redden one of these -#}
        {%- if name in ['muwclass', 'lynceus'] and (entry.classes or {}) | list | sort != known -%}
            {%- do problems.append('classifiers: ' ~ name ~ ' must tell apart ' ~ known | join(', ')) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set features, wrong = _names_in('classifiers', 'umlcaxs', 'features'), [] -%}
    {%- for entry in features if entry is not mapping or entry.name not in measurements('umlcaxs') or entry.kind not in ['plain', 'scaled', 'log'] -%}
        {%- do wrong.append(entry) -%}
    {%- endfor -%}
    {%- if wrong -%}
        {%- do problems.append(
            'classifiers: umlcaxs, features: ' ~ wrong ~ ', must be entries {name, kind} with a name of ' ~ measurements('umlcaxs') | join(', ')
            ~ ' and the kind plain, scaled or log'
        ) -%}
    {%- endif -%}
    {{ return(problems) }}
{%- endmacro %}

{#- What is wrong with vars of XClass that depend on each other: a list of messages. -#}
{% macro _xclass_problems() -%}
    {%- set problems, groups = [], var('xclass_groups') -%}
    {%- if var('xclass_ground_radius_arcsec') > var('survey_radius_arcsec') -%}
        {%- do problems.append('xclass_ground_radius_arcsec: ' ~ var('xclass_ground_radius_arcsec') ~ ', must be at most survey_radius_arcsec') -%}
    {%- endif -%}
    {%- set known = ['AGN', 'LMXB', 'HMXB', 'CV', 'SNR', 'LM-STAR', 'HM-STAR'] -%}
    {%- for one in xclass_classes() if one not in known or xclass_classes() | select('equalto', one) | list | length > 1 -%}
        {%- do problems.append('xclass_groups: ' ~ one ~ ', must be one of ' ~ known | join(', ') ~ ', each once') -%}
    {%- endfor -%}
    {%- if groups | length < 2 or not var('xclass_variants') -%}
        {%- do problems.append('xclass_groups, xclass_variants: at least two groups and one variant are needed') -%}
    {%- endif -%}
    {%- for variant in var('xclass_variants') if not modules.re.fullmatch('[a-z][a-z0-9_]*', variant) -%}
        {%- do problems.append('xclass_variants: ' ~ variant ~ ', must be a word of small letters, digits and _') -%}
    {%- endfor -%}
    {{ return(problems) }}
{%- endmacro %}

{#- What is wrong with var studies: a list of messages. -#}
{% macro _study_problems() -%}
    {%- set problems, known = [], ['muwclass_classifiers', 'boosted_classifiers', 'boosted_kept', 'sed_variants', 'umlcaxs_clusters'] -%}
    {%- for name in var('studies') if name not in known -%}
        {%- do problems.append('studies, ' ~ name ~ ': must be one of ' ~ known | join(', ')) -%}
    {%- endfor -%}
    {%- set compared = var('studies').get('muwclass_classifiers', []) -%}
    {%- set wrong = broken_rule(compared, {'each': _var_rules().muwclass_classifier.choices}) -%}
    {%- if wrong -%}
        {%- do problems.append('studies, muwclass_classifiers: ' ~ compared ~ ', must be ' ~ wrong) -%}
    {%- endif -%}
    {%- set rules = {'components': {'kind': 'range'}, 'repeats': {'low': 0}, 'bootstraps': {'low': 0},
            'clusterings': {'each': ['dirichlet_process', 'hdbscan']}} -%}
    {%- for key, value in var('studies').get('umlcaxs_clusters', {}).items() -%}
        {%- set wrong = broken_rule(value, rules[key]) if key in rules else 'one of ' ~ rules | join(', ') -%}
        {%- if wrong -%}
            {%- do problems.append('studies, umlcaxs_clusters, ' ~ key ~ ': ' ~ value ~ ', must be ' ~ wrong) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(problems) }}
{%- endmacro %}

{#- What an entry of a var has under a key, as a list of its names or entries; none where
    anything on the way is absent. -#}
{% macro _names_in(name, entry, key) -%}
    {%- set found = var(name).get(entry) if var(name) is mapping else none -%}
    {{ return(found.get(key, []) | list if found is mapping else []) }}
{%- endmacro %}
