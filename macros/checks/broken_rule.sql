{#- What a setting must be, if it is not that; else none. A rule has `choices`, `each` (a list of
    different ones of these), `all` (these in any order), a `kind` (name, text, text or number,
    mapping, list, range), or the bounds of a number: `above`, `low`, `high`, for which a `word` may
    stand, and if `listed` a list of such numbers.

    broken_rule(0, {'above': 0}) is 'a number above 0' -#}
{% macro broken_rule(value, rule) -%}
    {%- set kind = rule.get('kind') -%}
    {%- set is_number = value is number and value is not boolean -%}
    {%- if 'choices' in rule -%}
        {{ return(none if value in rule.choices else rule.choices | join(' or ')) }}
        {%- elif 'each' in rule -%}
        {%- set is_list = value is sequence and value is not string and value is not mapping -%}
        {%- set is_chosen = is_list and value | reject('in', rule.each) | list | length == 0 and value | unique | list | length == value | length -%}
        {{ return(none if is_chosen else 'a list of different ones of ' ~ rule.each | join(', ')) }}
        {%- elif 'all' in rule -%}
        {%- set is_list = value is sequence and value is not string and value is not mapping -%}
        {{ return(none if is_list and value | length == rule.all | length and rule.all | reject('in', value) | list | length == 0 else 'a list of ' ~ rule.all | join(', ') ~ ', in any order') }}
    {%- elif kind == 'name' -%}
        {{ return(none if value is string and modules.re.fullmatch('[a-z][a-z0-9_]*', value) else 'a word of small letters, digits and _') }}
    {%- elif kind == 'text' -%} {{ return(none if value is string else 'a text') }}
    {%- elif kind == 'text or number' -%}
        {{ return(none if value is string or is_number else 'a column or a number') }}
    {%- elif kind == 'mapping' -%} {{ return(none if value is mapping else 'a block of keys') }}
    {%- elif kind == 'range' -%}
        {%- set is_list = value is sequence and value is not string and value is not mapping and value | length == 2 -%}
        {{ return(none if is_list and value[0] is number and value[1] is number and 0 <= value[0] < value[1] else 'two numbers, the lesser first') }}
    {%- elif kind == 'list' -%}
        {{ return(none if value is sequence and value is not string and value is not mapping else 'a list') }}
    {%- endif -%}
    {%- set bounds = [
        'above ' ~ rule.above if 'above' in rule, 'at least ' ~ rule.low if 'low' in rule, 'at most ' ~ rule.high if 'high' in rule
    ] | select | join(' and ') -%}
    {%- if rule.get('listed') and value is sequence and value is not string and value is not mapping -%}
        {%- set bounds = bounds ~ ', each of a list' -%}
        {%- set wrong = [] if value else ['an empty list'] -%}
        {%- for one in value if one is not number or one is boolean or one < rule.get('low', -1e308) or one > rule.get('high', 1e308) -%}
            {%- do wrong.append(one) -%}
        {%- endfor -%}
        {{ return('a number ' ~ bounds if wrong else none) }}
    {%- endif -%}
    {%- set inside = is_number and value > rule.get('above', -1e308) and value >= rule.get('low', -1e308) and value <= rule.get('high', 1e308) -%}
    {%- set word = rule.get('word') -%}
    {{ return(none if inside or word and value == word else 'a number ' ~ bounds ~ (' or ' ~ word if word else '')) }}
{%- endmacro %}
