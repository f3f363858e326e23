-- How good XClass is on sources it has not seen, by the way their photometry was translated: Rangelov et al., table 4.
select * from {{ ref('xclass_measures') }}
order by way, part, level, subset
