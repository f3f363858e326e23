{#- The match that var `match` describes (keys and meaning: docs/matching.md), checked, with
    every default filled in. Raises one compiler error that names every key at fault. -#}
{% macro match_settings() -%}
    {%- set problems = [] -%}
    {%- set settings = _match_keys(var('match'), 'match', _match_rules(), problems) -%}
    {#- the name is that of a database, too -#}
    {%- if settings.name in ['raw', 'staging', 'sources', 'match', 'main'] -%}
        {%- do problems.append('match.name: ' ~ settings.name ~ ', is a schema of the database') -%}
    {%- endif -%}
    {%- do settings.update({'catalogues': settings.catalogues or []}) -%}
    {%- set catalogues, priors = [], [] -%}
    {%- for entry in settings.catalogues -%}
        {%- set where = 'match.catalogues[' ~ loop.index ~ ']' -%}
        {%- set catalogue = _match_keys(entry, where, _catalogue_rules(), problems) -%}
        {#- a name may come in quotes, as SQL wants it -#}
        {%- for key in ['id', 'ra', 'dec', 'epoch', 'pmra', 'pmdec', 'pmra_error', 'pmdec_error'] if catalogue[key] is string -%}
            {%- do catalogue.update({key: _unquoted(catalogue[key])}) -%}
        {%- endfor -%}
        {%- do catalogue.update({
            'number': loop.index,
            'key': _match_key(catalogue),
            'error': _match_keys(catalogue.error or {}, where ~ '.error', _error_rules(), problems),
            'mixture': _match_keys(catalogue.mixture, where ~ '.mixture', _mixture_rules(), problems) if catalogue.mixture else none,
        }) -%}
        {%- set columns = [] -%}
        {%- for column in catalogue.error.columns -%}
            {%- do columns.append(_unquoted(column | string)) -%}
        {%- endfor -%}
        {%- do catalogue.error.update({'columns': columns}) -%}
        {%- do _check_catalogue(catalogue, where, problems) -%}
        {%- for prior in catalogue.priors -%}
            {%- do priors.append(_match_keys(prior, where ~ '.priors[' ~ loop.index ~ ']', _prior_rules(), problems)) -%}
            {%- do priors[-1].update({'column': _unquoted(priors[-1].column | string), 'catalogue': catalogue, 'name': 'bias_' ~ catalogue.name ~ '_' ~ _as_word(priors[-1].column) | lower, 'number': priors | length}) -%}
        {%- endfor -%}
        {%- do catalogues.append(catalogue) -%}
    {%- endfor -%}
    {%- do settings.update({'catalogues': catalogues, 'priors': priors}) -%}
    {#- catalogues that carry motions, and the numbers of those whose epoch is known but not the
        motion: these move as the others of the association do -#}
    {%- set moving, carried = catalogues | selectattr('pmra') | list, [] -%}
    {%- for catalogue in catalogues[1:] if moving and catalogue.epoch is not none and not catalogue.pmra -%}
        {%- do carried.append(catalogue.number) -%}
    {%- endfor -%}
    {%- do settings.update({'moving': moving, 'carried': carried}) -%}
    {#- circular: one axis describes every error but the first catalogue's. pairwise: one formula
        gives every probability -#}
    {%- set circular = catalogues[1:] | rejectattr('error.kind', 'equalto', 'circular') | list | length == 0 -%}
    {%- do settings.update({
        'circular': circular,
        'pairwise': circular and catalogues | length == 2 and not priors and not catalogues | selectattr('mixture') | list,
    }) -%}
    {%- if settings.classifier -%}
        {%- do settings.update({'classifier': _match_keys(settings.classifier, 'match.classifier', _classifier_rules(), problems)}) -%}
        {%- do _check_classifier(settings, problems) -%}
    {%- endif -%}
    {%- if settings.verification -%}
        {%- do settings.update({'verification': _match_keys(settings.verification, 'match.verification', _verification_rules(), problems)}) -%}
        {%- for key in ['first', 'second'] if settings.verification[key] -%}
            {%- do settings.verification.update({key: _unquoted(settings.verification[key])}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- do _check_match(settings, problems) -%}
    {#- of each catalogue the features that are columns of its table -#}
    {%- for catalogue in catalogues if not problems -%}
        {%- set features = [] -%}
        {%- for feature in (settings.classifier or {}).features or [] if feature.of == catalogue.name and not feature.value and not catalogue.properties -%}
            {%- do features.append(feature) -%}
        {%- endfor -%}
        {%- do catalogue.update({'features': features}) -%}
    {%- endfor -%}
    {%- if problems -%}
        {{ exceptions.raise_compiler_error('var match is out of order:\n  ' ~ problems | join('\n  ')) }}
    {%- endif -%}
    {{ return(settings) }}
{%- endmacro %}

{#- A name of which a column of ours may be called: what is no letter of ASCII, digit or _ becomes
    _. -#}
{% macro _as_word(name) -%}
    {{ return(modules.re.sub('[^A-Za-z0-9_]+', '_', _unquoted(name | string))) }}
{%- endmacro %}

{#- A name without the quotes that it may come in. -#}
{% macro _unquoted(name) -%}
    {{ return(name[1:-1] if name | length > 2 and name.startswith('"') and name.endswith('"') else name) }}
{%- endmacro %}

{#- The column of a catalogue's ids in the tables of the match: its own name, with the
    catalogue's before it. -#}
{% macro _match_key(catalogue) -%}
    {%- set id, prefix = _as_word(catalogue.id), catalogue.name ~ '_' -%}
    {{ return(id if id.startswith(prefix) else prefix ~ id) }}
{%- endmacro %}

{#- Rules: `default` none means the key may be left out; without `default` it must be there. -#}
{% macro _match_rules() -%}
    {{ return({
        'name': {'kind': 'name'},
        'radius_arcsec': {'above': 0, 'high': 3600},
        'catalogues': {'kind': 'list'},
        'formula': {'choices': ['exact', 'nway'], 'default': 'exact'},
        'completeness': {'above': 0, 'high': 1, 'word': 'estimated', 'default': none},
        'acceptable_ratio': {'low': 0, 'high': 1, 'default': 0.5},
        'slow_motion_arcsec': {'above': 0, 'high': 600, 'default': 1.0},
        'min_prob': {'low': 0, 'high': 1, 'default': 0.0},
        'unrelated_correction': {'choices': [true, false], 'default': true},
        'density': {'choices': ['global', 'local'], 'default': none},
        'density_cell_deg': {'above': 0, 'high': 90, 'default': 0.5},
        'fakes': {'low': 0, 'high': 1000, 'default': 3},
        'fake_kind': {'choices': ['random', 'shifted'], 'default': 'random'},
        'fake_shift_arcsec': {'kind': 'range', 'default': none},
        'classifier': {'kind': 'mapping', 'default': none},
        'verification': {'kind': 'mapping', 'default': none},
    }) }}
{%- endmacro %}

{#- A table of published pairs: columns of the ids of the first and of the second catalogue. -#}
{% macro _verification_rules() -%}
    {{ return({
        'table': {'kind': 'text'},
        'first': {'kind': 'text'},
        'second': {'kind': 'text'},
        'where': {'kind': 'text', 'default': none},
    }) }}
{%- endmacro %}

{% macro _classifier_rules() -%}
    {{ return({
        'features': {'kind': 'list'},
        'feature_sets': {'kind': 'mapping', 'default': {}},
        'positives': {'kind': 'text'},
        'first_round': {'kind': 'text', 'default': none},
        'negatives': {'kind': 'text'},
        'random_negatives': {'low': 0, 'high': 1000, 'listed': true, 'default': 5},
        'intermediate_negatives': {'choices': [true, false, 'search'], 'default': true},
        'split': {'kind': 'mapping', 'default': {}},
        'drop_shared': {'choices': [true, false], 'default': true},
        'preset': {'choices': ['quick', 'paper', 'search'], 'default': var('match_preset')},
        'threshold': {'choices': ['chance', 'youden'], 'default': 'chance'},
        'threshold_density': {'choices': ['global', 'local'], 'default': 'global'},
        'threshold_reference': {'choices': ['positives', 'isolated'], 'default': 'positives'},
        'chance_radius_arcsec': {'above': 0, 'high': 3600},
        'chance_density_arcsec2': {'above': 0, 'default': none},
        'separation_limit_arcsec': {'kind': 'text or number', 'default': none},
        'distinguishability': {'kind': 'mapping', 'default': none},
    }) }}
{%- endmacro %}

{#- Shares of the positive pairs' sources, and folds. -#}
{% macro _split_rules() -%}
    {{ return({
        'test': {'above': 0, 'high': 0.5, 'default': 0.20},
        'validation': {'above': 0, 'high': 0.4, 'default': 0.16},
        'folds': {'low': 2, 'high': 100, 'default': 5},
    }) }}
{%- endmacro %}

{% macro _distinguishability_rules() -%}
    {{ return({
        'property': {'kind': 'text'},
        'bin_pairs': {'low': 1, 'default': 1000},
        'bins': {'low': 1, 'default': 30},
        'adopted_separation_arcsec': {'above': 0, 'high': 3600, 'default': none},
        'stratum': {'kind': 'text', 'default': none},
        'edges': {'kind': 'list', 'default': []},
        'unit': {'kind': 'text', 'default': ''},
    }) }}
{%- endmacro %}

{% macro _check_classifier(settings, problems) -%}
    {%- set rules = settings.classifier -%}
    {%- set names = settings.catalogues[:2] | map(attribute='name') | list + ['both'] -%}
    {%- if rules.threshold == 'youden' and rules.threshold_density == 'local' -%}
        {%- do problems.append('match.classifier.threshold_density: local, which only the threshold by chance can follow') -%}
    {%- endif -%}
    {%- for key in ['random_negatives', 'intermediate_negatives'] if rules.preset != 'search' and (rules[key] == 'search' or rules[key] is iterable and rules[key] is not string) -%}
        {%- do problems.append('match.classifier.' ~ key ~ ': ' ~ rules[key] ~ ', of which only preset search can choose') -%}
    {%- endfor -%}
    {%- do rules.update({'split': _match_keys(rules.split, 'match.classifier.split', _split_rules(), problems)}) -%}
    {%- if rules.distinguishability -%}
        {%- do rules.update({
            'distinguishability': _match_keys(rules.distinguishability, 'match.classifier.distinguishability', _distinguishability_rules(), problems)
        }) -%}
    {%- endif -%}
    {%- do rules.update({'separation_limit_arcsec': rules.separation_limit_arcsec or settings.radius_arcsec}) -%}
    {%- if not rules.distinguishability and reads_critical_separation(rules.positives ~ ' ' ~ rules.negatives) -%}
        {%- do problems.append('match.classifier: positives and negatives may read critical_separation where distinguishability is given') -%}
    {%- endif -%}
    {%- if (rules.first_round is none) == reads_joint_posterior(rules.positives) -%}
        {%- do problems.append('match.classifier.first_round: belongs together with positives that read p_any_joint, the table flagged_pairs that has it') -%}
    {%- endif -%}
    {%- if reads_critical_separation(rules.separation_limit_arcsec) -%}
        {%- do problems.append('match.classifier.separation_limit_arcsec: critical_separation is known to positives and negatives alone') -%}
    {%- endif -%}
    {%- do rules.update({'features': _chosen_features(rules, problems)}) -%}
    {%- for feature in rules.features -%}
        {%- set where = 'match.classifier.features[' ~ loop.index ~ ']' -%}
        {%- set feature = _match_keys(feature, where, {
            'name': {'kind': 'text'}, 'of': {'choices': names}, 'kind': {'choices': ['number', 'log', 'flag', 'category']},
            'categories': {'kind': 'list', 'default': none}, 'value': {'kind': 'text', 'default': none},
        }, problems) -%}
        {%- if feature.kind == 'category' and not feature.categories -%}
            {%- do problems.append(where ~ '.categories: is missing, ' ~ feature.name ~ ' is a category') -%}
        {%- endif -%}
        {%- if feature.of == 'both' and not feature.value -%}
            {%- do problems.append(where ~ '.value: is missing, ' ~ feature.name ~ ' is made of both catalogues') -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

{#- The features of a score, those of the sets that are named among them; as score_features of
    lynceus/settings.py gives them. -#}
{% macro _chosen_features(rules, problems) -%}
    {%- set chosen = [] -%}
    {%- for entry in rules.features or [] -%}
        {%- if entry is not string -%} {%- do chosen.append(entry) -%}
        {%- elif entry in rules.feature_sets -%} {%- do chosen.extend(rules.feature_sets[entry]) -%}
        {%- else -%}
            {%- do problems.append('match.classifier.features: ' ~ entry ~ ', is no set of feature_sets: ' ~ rules.feature_sets | sort | join(', ')) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(chosen) }}
{%- endmacro %}

{% macro _catalogue_rules() -%}
    {{ return({
        'name': {'kind': 'name'},
        'table': {'kind': 'text'},
        'properties': {'kind': 'text', 'default': none},
        'where': {'kind': 'text', 'default': none},
        'id': {'kind': 'text'},
        'ra': {'kind': 'text'},
        'dec': {'kind': 'text'},
        'error': {'kind': 'mapping'},
        'area_deg2': {'above': 0, 'high': 41253, 'default': none},
        'coverage': {'kind': 'text', 'default': none},
        'completeness': {'above': 0, 'high': 1, 'default': none},
        'epoch': {'kind': 'text or number', 'default': none},
        'epoch_format': {'choices': ['julian year', 'MJD', 'ISO'], 'default': 'julian year'},
        'pmra': {'kind': 'text', 'default': none},
        'pmdec': {'kind': 'text', 'default': none},
        'pmra_error': {'kind': 'text', 'default': none},
        'pmdec_error': {'kind': 'text', 'default': none},
        'mixture': {'kind': 'mapping', 'default': none},
        'priors': {'kind': 'list', 'default': []},
    }) }}
{%- endmacro %}

{% macro _error_rules() -%}
    {{ return({
        'kind': {'choices': ['circular', 'sigma_ra_dec', 'ellipse']},
        'columns': {'kind': 'list', 'default': []},
        'value': {'above': 0, 'high': 3600000, 'default': none},
        'level': {'choices': ['1 sigma', '68 %', '90 %', '95 %'], 'default': '1 sigma'},
        'unit': {'choices': ['arcsec', 'mas', 'deg'], 'default': 'arcsec'},
        'floor_arcsec': {'low': 0, 'high': 3600, 'default': 0},
        'default_arcsec': {'above': 0, 'high': 3600, 'default': none},
    }) }}
{%- endmacro %}

{% macro _mixture_rules() -%}
    {{ return({'share': {'above': 0, 'high': 0.999}, 'scale': {'above': 1, 'high': 100}}) }}
{%- endmacro %}

{% macro _prior_rules() -%}
    {{ return({
        'column': {'kind': 'text'},
        'from': {'kind': 'text'},
        'slow_motion_arcsec': {'above': 0, 'high': 600, 'default': 1.0},
        'min_prob': {'low': 0, 'high': 1, 'default': 0.9},
        'radius_arcsec': {'above': 0, 'high': 3600, 'default': none},
        'exclude_radius_arcsec': {'above': 0, 'high': 3600, 'default': none},
        'min_count': {'low': 2, 'high': 1000000, 'default': 100},
        'bins': {'low': 1, 'high': 1000, 'default': 14},
    }) }}
{%- endmacro %}

{#- A mapping with its defaults filled in; what breaks a rule is appended to `problems`, by the
    name of its key. -#}
{% macro _match_keys(given, where, rules, problems) -%}
    {%- set found = {} -%}
    {%- if given is not mapping -%}
        {%- do problems.append(where ~ ': ' ~ given ~ ', must be a block of keys') -%}
        {%- for key, rule in rules.items() -%}
            {%- do found.update({key: rule.get('default')}) -%}
        {%- endfor -%}
        {{ return(found) }}
    {%- endif -%}
    {%- for key in given if key not in rules -%}
        {%- do problems.append(where ~ '.' ~ key ~ ': no such key; known are ' ~ rules.keys() | join(', ')) -%}
    {%- endfor -%}
    {%- for key, rule in rules.items() -%}
        {%- if key not in given or given[key] is none -%}
            {%- if 'default' not in rule -%}
                {%- do problems.append(where ~ '.' ~ key ~ ': is missing') -%}
            {%- endif -%}
            {%- do found.update({key: rule.get('default')}) -%}
        {%- else -%}
            {%- set wrong = broken_rule(given[key], rule) -%}
            {%- if wrong -%}
                {%- do problems.append(where ~ '.' ~ key ~ ': ' ~ given[key] ~ ', must be ' ~ wrong) -%}
            {%- endif -%}
            {%- do found.update({key: rule.get('default') if wrong else given[key]}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#- Settings of one catalogue that contradict each other. -#}
{% macro _check_catalogue(catalogue, where, problems) -%}
    {%- set error = catalogue.error -%}
    {%- set expected = {'circular': [1, 2], 'sigma_ra_dec': [2], 'ellipse': [3]}.get(error.kind, []) -%}
    {%- if error.columns and error.value -%}
        {%- do problems.append(where ~ '.error: either columns or value, not both') -%}
    {%- elif error.value and error.kind != 'circular' -%}
        {%- do problems.append(where ~ '.error.value: one number is the error of a circular kind, not ' ~ error.kind) -%}
    {%- elif expected and not error.value and error.columns | length not in expected -%}
        {%- do problems.append(where ~ '.error.columns: ' ~ error.columns | length ~ ' columns, a ' ~ error.kind ~ ' error has ' ~ expected | join(' or ')) -%}
    {%- endif -%}
    {%- if error.kind == 'sigma_ra_dec' and error.level != '1 sigma' -%}
        {%- do problems.append(where ~ '.error.level: ' ~ error.level ~ ', sigmas of right ascension and declination are 1 sigma') -%}
    {%- endif -%}
    {%- if catalogue.area_deg2 and catalogue.coverage -%}
        {%- do problems.append(where ~ ': either area_deg2 or coverage, not both') -%}
    {%- endif -%}
    {%- if catalogue.number == 1 -%}
        {%- for key in ['completeness', 'priors', 'pmra', 'pmdec', 'area_deg2'] if catalogue[key] -%}
            {%- do problems.append(where ~ '.' ~ key ~ ': has no meaning for the first catalogue, whose counterparts are sought') -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if (catalogue.pmra is none) != (catalogue.pmdec is none) -%}
        {%- do problems.append(where ~ ': pmra and pmdec belong together') -%}
        {%- elif (catalogue.pmra_error is none) != (catalogue.pmdec_error is none) or catalogue.pmra_error and not catalogue.pmra -%}
        {%- do problems.append(where ~ ': pmra, pmdec, pmra_error and pmdec_error belong together') -%}
    {%- elif catalogue.pmra and catalogue.epoch is none -%}
        {%- do problems.append(where ~ '.epoch: is missing, proper motions count from it') -%}
    {%- endif -%}
    {%- if catalogue.epoch is number and catalogue.epoch_format == 'julian year' and not 1800 <= catalogue.epoch <= 2200 -%}
        {%- do problems.append(where ~ '.epoch: ' ~ catalogue.epoch ~ ', is no Julian year between 1800 and 2200; epoch_format may be MJD') -%}
    {%- elif catalogue.epoch is number and catalogue.epoch_format == 'ISO' -%}
        {%- do problems.append(where ~ '.epoch_format: ISO is for a column, not for ' ~ catalogue.epoch) -%}
    {%- endif -%}
{%- endmacro %}

{#- Settings of the match as a whole that contradict each other; and the completeness of each
    catalogue. -#}
{% macro _check_match(settings, problems) -%}
    {%- if settings.catalogues | length < 2 -%}
        {%- do problems.append('match.catalogues: ' ~ settings.catalogues | length ~ ' of them, at least 2 are matched') -%}
    {%- endif -%}
    {#- local is the better calibrated (docs/matching.md); NWAY knows the global one only -#}
    {%- do settings.update({'density': settings.density or ('local' if settings.formula == 'exact' else 'global')}) -%}
    {%- set names = settings.catalogues | map(attribute='name') | list -%}
    {%- for name in names | unique if names | select('equalto', name) | list | length > 1 -%}
        {%- do problems.append('match.catalogues: two are called ' ~ name) -%}
    {%- endfor -%}
    {%- set own = settings.catalogues | selectattr('completeness') | list -%}
    {%- do settings.update({'is_estimated': settings.completeness == 'estimated' or not settings.completeness and not own and settings.catalogues | length == 2}) -%}
    {%- if settings.completeness and own -%}
        {%- do problems.append('match.completeness: either one for the match or one for each catalogue, not both') -%}
    {%- elif settings.is_estimated and settings.catalogues | length != 2 -%}
        {%- do problems.append('match.completeness: estimated, which is for two catalogues; give a share') -%}
    {%- elif not settings.completeness and not settings.is_estimated and own | length < settings.catalogues | length - 1 -%}
        {%- do problems.append('match.completeness: is missing, for the match or for each catalogue after the first') -%}
    {%- endif -%}
    {%- for catalogue in settings.catalogues[1:] if settings.completeness is number -%}
        {%- do catalogue.update({'completeness': settings.completeness ** (1 / (settings.catalogues | length - 1))}) -%}
    {%- endfor -%}
    {%- if settings.catalogues and settings.catalogues[0].epoch is none and settings.catalogues | selectattr('pmra') | list -%}
        {%- do problems.append('match.catalogues[1].epoch: is missing, other catalogues have proper motions') -%}
    {%- endif -%}
    {%- for prior in settings.priors if prior['from'] != 'auto' and prior.radius_arcsec -%}
        {%- do problems.append('match: prior ' ~ prior.name ~ ': radius_arcsec is for priors from auto, not from a file') -%}
    {%- endfor -%}
    {#- position and score are multiplied: what one knows the other must not -#}
    {%- for prior in settings.priors if settings.classifier -%}
        {%- for feature in settings.classifier.features if feature.of in [prior.catalogue.name, 'both'] and modules.re.search('(?<!\\w)' ~ modules.re.escape(prior.column) ~ '(?!\\w)', feature.name ~ ' ' ~ (feature.value or '')) -%}
            {%- do problems.append('match: prior ' ~ prior.name ~ ': ' ~ prior.column ~ ' is in feature ' ~ feature.name ~ ' of the classifier too, and the joint posterior would count it twice; take it out of one of the two') -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set prior_names = settings.priors | map(attribute='name') | list -%}
    {%- for name in prior_names | unique if prior_names | select('equalto', name) | list | length > 1 -%}
        {%- do problems.append('match: two priors are called ' ~ name) -%}
    {%- endfor -%}
{%- endmacro %}
