-- Labels of lynceus: those of MUWCLASS.
{{ config(materialized='view') }} select * from {{ ref('muwclass_labels') }}
