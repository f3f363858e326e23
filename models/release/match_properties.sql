select
    feature,
    split_percent,
    auc_loss,
    auc_loss_spread
from {{ ref('match_importances') }}
order by feature
