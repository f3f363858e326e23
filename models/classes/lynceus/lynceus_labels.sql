-- Labels of lynceus: those of MUWCLASS, rare classes weighing more.
{#- as in the training: CLASS_WEIGHT_POWER of lynceus/learning/boosted_trees.py -#}
{% set class_weight_power = 0.8 %}
{{ config(materialized='view') }} {{ training_weights(ref('muwclass_labels'), class_weight_power) }}
