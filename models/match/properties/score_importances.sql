-- How much each property matters to the score. One row per property; without a model none.
{{ config(enabled=match_settings().classifier is not none, materialized='view') }}
select
    unnest(features) as feature,
    unnest(split_percent) as split_percent,
    unnest(auc_loss) as auc_loss,
    unnest(auc_loss_spread) as auc_loss_spread
from {{ ref('match_model') }}
where model_file is not null
