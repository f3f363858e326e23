{#- Stop a run before its first model if a var is unknown, misspelt or out of range: one message with every problem.
    Rules are those of macro broken_rule; vars without one are structures. -#}
{% macro var_rules() -%}
    {%- set classifiers = [
        'forest', 'extra_trees', 'bagging', 'tree', 'gradient_boosting', 'nearest_neighbours', 'support_vectors', 'lightgbm'
    ] -%}
    {%- set classes = ['AGN', 'CV', 'HM-STAR', 'HMXB', 'LM-STAR', 'LMXB', 'NS', 'YSO'] -%}
    {{ return({
        'match': none,
        'match_preset': {'choices': ['quick', 'paper', 'search']},
        'match_search_draws': {'low': 1},
        'p_any_threshold': {'low': 0, 'high': 1},
        'gaia_default_pos_err_arcsec': {'above': 0, 'high': 600},
        'gaia_ref_epoch': {'low': 1900, 'high': 2200},
        'verification_cone': none,
        'photometry_theta_arcmin': {'above': 0},
        'photometry_pileup': {'low': 0},
        'missing_flux_limit': {'above': 0, 'high': 1},
        'ebv_source': {'choices': ['auto', 'map', 'column', 'coarse_map', 'model']},
        'ebv_map_scaling': {'above': 0, 'high': 10},
        'survey_radius_arcsec': {'above': 0, 'high': 600},
        'class_counterparts': {'choices': ['nearest', 'posterior']},
        'candidate_min_weight': {'low': 0, 'high': 1},
        'survey_epochs': {'kind': 'mapping'},
        'unwise_offset_mag': {'kind': 'mapping'},
        'classifiers': {'kind': 'mapping'},
        'fewest_members': {'low': 6},
        'muwclass_draws': {'low': 1},
        'muwclass_trees': {'low': 2},
        'muwclass_target_draws': {'low': 1},
        'muwclass_half_width': {'above': 0},
        'muwclass_classifier': {'choices': classifiers},
        'muwclass_neighbours': {'low': 0},
        'muwclass_reddened_class': {'choices': classes},
        'muwclass_seed': {'low': 0},
        'validation_folds': {'low': 0, 'high': 1000},
        'validation_draws': {'low': 1},
        'field_link_deg': {'above': 0, 'high': 180},
        'reliable_accuracy': {'above': 0, 'high': 1},
        'compared_classifiers': {'each': classifiers},
        'lynceus_counterparts': {'choices': ['marginal', 'nearest']},
        'lynceus_prior_power': {'low': 0, 'high': 1},
        'lynceus_features': {'kind': 'list'},
        'boosted_label_radius_arcsec': {'above': 0, 'high': 600},
        'boosted_excluding_flags': {'each': ['extent_flag', 'pileup_flag', 'sat_src_flag', 'conf_flag', 'streak_src_flag']},
        'boosted_feature_sets': {'kind': 'mapping'},
        'boosted_features': {'choices': var('boosted_feature_sets') | list if var('boosted_feature_sets') is mapping else []},
        'boosted_unmeasured_features': {'choices': ['left_out', 'trained']},
        'boosted_members': {'low': 1, 'high': 100},
        'boosted_rounds': {'low': 1, 'high': 100000},
        'boosted_parameters': {'kind': 'mapping'},
        'boosted_class_weight_power': {'low': 0, 'high': 1},
        'boosted_folds': {'low': 2, 'high': 1000},
        'boosted_repeats': {'low': 1, 'high': 1000},
        'boosted_comparisons': {'kind': 'list'},
        'boosted_coverage': {'above': 0, 'high': 0.9999},
        'boosted_memberships': {'kind': 'list'},
        'xclass_duplicate_arcsec': {'above': 0, 'high': 60},
        'xclass_same_place_arcsec': {'low': 0, 'high': 60},
        'xclass_duplicate_snr_arcsec': {'above': 0, 'high': 60},
        'xclass_apogee_scatter': {'above': 0},
        'xclass_significance': {'low': 0},
        'xclass_nu_secure': {'above': 0},
        'xclass_nu_excluded': {'above': 0, 'high': 10},
        'xclass_least_radius_arcsec': {'low': 0, 'high': 60},
        'xclass_snr_radius_arcsec': {'above': 0, 'high': 60},
        'xclass_ground_counterparts': {'choices': ['nearest', 'posterior']},
        'xclass_ground_radius_arcsec': {'above': 0, 'high': 60},
        'xclass_a_v_source': {'choices': ['dust', 'gaia']},
        'xclass_hst_counterparts': {'choices': ['nearest', 'posterior']},
        'xclass_hst_completeness': {'above': 0, 'high': 1},
        'xclass_field_radius_arcsec': {'above': 0, 'high': 600},
        'xclass_galactic_parallax_mas': {'low': 0},
        'xclass_ratio_filters': {'kind': 'list'},
        'xclass_ways': {'kind': 'mapping'},
        'xclass_groups': {'kind': 'mapping'},
        'xclass_stage_two': {'choices': ['full', 'published']},
        'xclass_classifier': {'choices': ['forest', 'lightgbm']},
        'xclass_trees': {'low': 1},
        'xclass_validation_trees': {'low': 1},
        'xclass_inner_trees': {'low': 1},
        'xclass_neighbours': {'low': 0},
        'xclass_split': {'kind': 'list'},
        'xclass_folds': {'low': 2, 'high': 100},
        'xclass_seed': {'low': 0},
        'umlcaxs_properties': {'kind': 'list'},
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
        'umlcaxs_training_share': {'above': 0, 'high': 1},
        'umlcaxs_selection_components': {'kind': 'range'},
        'umlcaxs_selection_repeats': {'low': 0},
        'umlcaxs_selection_bootstraps': {'low': 0},
        'umlcaxs_compared_clusterings': {'each': ['dirichlet_process', 'hdbscan']},
        'consensus_floor': {'above': 0, 'high': 0.1},
        'region_radius_factor': {'above': 0, 'high': 4},
        'region_min_significance': {'low': 0},
        'region_counterpart_classes': {'each': classes},
        'sed_input_filters': {'kind': 'list'},
        'sed_output_filters': {'kind': 'list'},
        'sed_normalisation': {'choices': ['anchor', 'least_squares']},
        'sed_extinction': {'choices': ['none', 'fitted', 'column']},
        'sed_a_v_max': {'low': 0, 'high': 50},
        'sed_labels': {'choices': ['label', 'blind', 'stellar']},
        'sed_gaia_system': {'choices': ['vega', 'ab']},
        'sed_weighting': {'choices': ['convention', 'published']},
        'sed_error_floor_mag': {'low': 0, 'high': 1},
        'sed_good_chi2': {'above': 0},
        'sed_compared': {'kind': 'mapping'},
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
        {%- set wrong = none if rule.optional and var(name) is none else broken_rule(var(name), rule) -%}
        {%- if wrong -%}
            {%- do problems.append(name ~ ': ' ~ var(name) ~ ', must be ' ~ wrong) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if var('ebv_source') == 'map' and not env_var('LYNCEUS_DUST_MAPS', '') -%}
        {%- do problems.append('ebv_source: map, but LYNCEUS_DUST_MAPS does not say in which folder the map is') -%}
    {%- endif -%}
    {%- do problems.extend(xclass_problems()) -%}
    {%- do problems.extend(classifier_problems()) -%}
    {%- if var('umlcaxs_properties') is sequence -%}
        {%- set wrong = [] -%}
        {%- for entry in var('umlcaxs_properties') if entry is not mapping or entry.name not in umlcaxs_property_columns() or entry.kind not in ['plain', 'scaled', 'log'] -%}
            {%- do wrong.append(entry) -%}
        {%- endfor -%}
        {%- if wrong or not var('umlcaxs_properties') -%}
            {%- do problems.append('umlcaxs_properties: ' ~ (wrong or 'empty') ~ ', must be entries {name, kind} with a name of ' ~ umlcaxs_property_columns() | join(', ') ~ ' and the kind plain, scaled or log') -%}
        {%- endif -%}
    {%- endif -%}
    {%- if problems -%}
        {{ exceptions.raise_compiler_error('vars out of order:\n  ' ~ problems | join('\n  ')) }}
    {%- endif -%}
{%- endmacro %}
