{#- Bins of a prior from a text file of four columns, lo hi q n, separated by blanks; # begins a comment. -#}
{% macro prior_from_file(prior) -%}
    select
        row_number() over (order by low)::integer as bin,
        low,
        high,
        q,
        case
            when n_words <> 4 or lead(low) over (order by low) <> high or high <= low or q < 0 or n < 0
                then error('prior {{ prior.name }}: {{ prior["from"] }} needs four numbers a line, its bins contiguous and ascending, no density negative')
            else n
        end as n,
        null::bigint as n_matches,
        null::bigint as n_field
    from (
        select words[1]::double as low, words[2]::double as high, words[3]::double as q, words[4]::double as n, len(words) as n_words
        from (
            select string_split_regex(trim(split_part(line, '#', 1)), '\s+') as words
            from read_csv('{{ prior["from"] }}', columns = {'line': 'varchar'}, header = false, delim = '\x01', quote = '')
            where trim(split_part(line, '#', 1)) <> ''
        )
    )
{%- endmacro %}
