select name as csc_name, class as yangetal_gcs_class
from {{ source('literature', 'literature_yangetal_gcs') }}
