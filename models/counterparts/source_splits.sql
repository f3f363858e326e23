-- Which part of the positive set each X-ray source belongs to: 64 % training, 16 % validation, 20 % test. One row per source.
select
    xray_key,
    csc_name,
    case
        when {{ uniform_hash('csc_name', 'split') }} < 0.20 then 'test'
        when {{ uniform_hash('csc_name', 'split') }} < 0.36 then 'validation'
        else 'train'
    end as split,
    floor({{ uniform_hash('csc_name', 'fold') }} * 5)::integer as fold
from {{ ref('positive_pairs') }}
