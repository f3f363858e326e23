"""How much each of the 54 features matters to a forest, whatever classifies, beside a random one."""

import pyarrow as pa

from lynceus.learning.muwclass import plan_of, read_training
from lynceus.learning.muwclass_draws import importances


def model(dbt, session):
    """Return one row per feature and one for the random feature, none if fewer than two classes can
    be trained.
    """
    classes, settings = dbt.config.get("classes"), dbt.config.get("settings")
    features = dbt.ref("muwclass_features").order("feature").fetchnumpy()
    _, training, present = read_training(dbt.ref("muwclass_training"), classes)
    schema = pa.schema(
        [
            ("feature", pa.string()),
            ("is_selected", pa.bool_()),
            ("importance", pa.float64()),
            ("importance_std", pa.float64()),
        ]
    )
    if len(present) < 2:
        return schema.empty_table()
    mean, deviation = importances(
        training, plan_of(settings | {"classifier": "forest"}, features["feature"], present)
    )
    return pa.table(
        [
            [*features["feature"], "random"],
            [*map(bool, features["is_selected"]), False],
            mean,
            deviation,
        ],
        schema=schema,
    )
