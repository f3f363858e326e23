select name as csc_name, class as perezdiazetal_class
from {{ source('literature', 'literature_perezdiazetal') }}
