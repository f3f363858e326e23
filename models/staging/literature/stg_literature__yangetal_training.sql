select
    name as csc_name,
    class as yangetal_training_class
from {{ source('literature', 'literature_yangetal_training') }}
