-- Which part of the positive set each X-ray source belongs to: 64 % training, 16 % validation, 20 % test. One row per source.
select
    xray_key,
    csc_name,
    {{ split_and_fold('csc_name') }}
from {{ ref('positive_pairs') }}
