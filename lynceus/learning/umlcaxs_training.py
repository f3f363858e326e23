"""Training of the X-ray-only classes: the clusters, the classes in them, and how far the number of
clusters can be trusted.
"""

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pyarrow as pa
from sklearn.cluster import HDBSCAN
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.mixture import BayesianGaussianMixture

from lynceus.learning.lightgbm_files import save_text
from lynceus.learning.mixtures import RIDGE, TOLERANCE, Mixture, fit_mixture, one_thread
from lynceus.learning.umlcaxs import Classifier, class_moments, fit_scaling, to_text
from lynceus.learning.vectors import matrix

# on all labels; without those of the benchmark's sources; without those of its detections
TRAININGS = ("all", "source", "detection")
SILHOUETTE_ROWS = 2000  # of the detections, the silhouette being quadratic in them
MOST_COMPONENTS = 20  # that a Dirichlet process can take
MODEL_COLUMNS = pa.schema(
    [
        ("training", pa.string()),
        ("model_file", pa.string()),
        ("not_trained_because", pa.string()),
        ("clustering", pa.string()),
        ("n_detections", pa.int32()),
        ("n_labelled", pa.int32()),
        ("n_components", pa.int32()),
        ("bic", pa.float64()),
        *((name, pa.list_(pa.string())) for name in ("properties", "classes")),
        *(
            (name, pa.list_(pa.float64()))
            for name in ("log_offset", "scale_low", "scale_high", "weights")
        ),
        ("members", pa.list_(pa.list_(pa.int32()))),
    ]
)
SELECTION_COLUMNS = pa.schema(
    [
        ("clustering", pa.string()),
        ("n_components", pa.int32()),
        ("n_fits", pa.int32()),
        ("bic", pa.float64()),
        ("bic_std", pa.float64()),
        ("bic_gradient", pa.float64()),
        ("rand_index_seeds", pa.float64()),
        ("rand_index_bootstraps", pa.float64()),
        ("silhouette", pa.float64()),
        ("benchmark_accuracy", pa.float64()),
    ]
)


@dataclass(frozen=True)
class Settings:
    """The vars umlcaxs_<name> of dbt_project.yml, but for `properties`: pairs of a property's name
    and kind.
    """

    properties: tuple
    classes: tuple
    clustering: str
    components: int
    starts: int
    seed: int
    fewest_detections: int
    fewest_members: int
    few_members: int
    distance: str
    selection_components: tuple = (2, 20)
    selection_repeats: int = 0
    selection_bootstraps: int = 0
    compared_clusterings: tuple = ()

    @classmethod
    def of(cls, values):
        """Return the settings of a dict of vars as dbt gives them."""
        pairs = tuple((entry["name"], entry["kind"]) for entry in values["properties"])
        return cls(
            **{
                **values,
                "properties": pairs,
                **{
                    name: tuple(values[name])
                    for name in ("classes", "selection_components", "compared_clusterings")
                    if name in values
                },
            }
        )

    @property
    def kinds(self):
        """The kind of each property."""
        return [kind for _, kind in self.properties]

    @property
    def order(self):
        """Place of the property by whose mean the clusters are put in order, the softest first."""
        names = [name for name, _ in self.properties]
        return names.index("hard_hs") if "hard_hs" in names else 0


@dataclass(frozen=True)
class Detections:
    """Properties (n, d) as measured, label (n,) the place of the class (-1: none), and for each of
    TRAININGS which labels it may see (n,).
    """

    values: np.ndarray
    label: np.ndarray
    seen: dict


def read_detections(relation, settings):
    """Return the Detections of relation umlcaxs_training, in order of their ids."""
    table = relation.order("csc_name, obsid, obi, region_id").to_arrow_table()
    label = np.array(
        [settings.classes.index(name) if name else -1 for name in table["class"].to_pylist()], int
    )
    seen = {name: np.array(table[f"trains_{name}"].to_pylist(), bool) for name in TRAININGS}
    return Detections(matrix(table["properties"], len(settings.properties)), label, seen)


def why_not(detections, settings):
    """Return why nothing can be trained, None if it can."""
    if len(detections.values) < max(settings.fewest_detections, settings.components):
        return f"{len(detections.values)} detections with all properties, fewer than {max(settings.fewest_detections, settings.components)}"
    constant = [
        name
        for (name, _), column in zip(settings.properties, detections.values.T)
        if column.min() == column.max()
    ]
    return f"the same in all detections: {', '.join(constant)}" if constant else None


def clusters(scaled, settings):
    """Return the Mixture that a clustering (var umlcaxs_clustering) finds in scaled properties (n,
    d), its components in order.

    Of a Dirichlet process the components that hold a detection; of HDBSCAN (Campello et al. 2013) a
    Gaussian for each cluster, from its members without the noise.
    """
    if settings.clustering == "gaussian_mixture":
        return fit_mixture(scaled, settings.components, settings.seed, settings.starts).ordered(
            settings.order
        )
    with one_thread():
        if settings.clustering == "dirichlet_process":
            fitted = BayesianGaussianMixture(
                n_components=min(MOST_COMPONENTS, len(scaled)),
                random_state=settings.seed,
                reg_covar=RIDGE,
                tol=TOLERANCE,
                max_iter=500,
            ).fit(scaled)
            used = np.unique(fitted.predict(scaled))
            mixture = Mixture(
                fitted.weights_[used] / fitted.weights_[used].sum(),
                fitted.means_[used],
                fitted.covariances_[used],
            )
        else:
            label = HDBSCAN(
                min_cluster_size=max(2 * scaled.shape[1], len(scaled) // 100), copy=True
            ).fit_predict(scaled)
            groups = [scaled[label == one] for one in np.unique(label[label >= 0])] or [scaled]
            number = sum(map(len, groups))
            mixture = Mixture(
                np.array([len(group) / number for group in groups]),
                np.stack([group.mean(axis=0) for group in groups]),
                np.stack([np.cov(group.T) + RIDGE * np.eye(scaled.shape[1]) for group in groups]),
            )
    return mixture.ordered(settings.order)


def classifier_of(detections, mixture, scaling, training, settings):
    """Return the Classifier whose classes come from the labels that a training may see."""
    scaled = scaling.scaled(detections.values)
    label = np.where(detections.seen[training], detections.label, -1)
    moments = class_moments(
        scaled, mixture.cluster(scaled), label, len(settings.classes), mixture, settings.few_members
    )
    return Classifier(
        tuple(name for name, _ in settings.properties),
        settings.classes,
        scaling,
        mixture,
        *moments,
        fewest=settings.fewest_members,
        distance=settings.distance,
    )


def model_table(detections, settings, folder):
    """Return one row of MODEL_COLUMNS for each of TRAININGS; the models are written into the
    folder.

    The clusters come from all detections alike, as labels have no part in them. model_file is NULL
    where nothing can be trained.
    """
    reason = why_not(detections, settings)
    rows = [
        {
            "training": training,
            "not_trained_because": reason,
            "clustering": settings.clustering,
            "n_detections": len(detections.values),
            "n_labelled": int((detections.seen[training] & (detections.label >= 0)).sum()),
            "classes": list(settings.classes),
            "properties": [name for name, _ in settings.properties],
        }
        for training in TRAININGS
    ]
    if reason is None:
        scaling = fit_scaling(detections.values, settings.kinds)
        scaled = scaling.scaled(detections.values)
        mixture = clusters(scaled, settings)
        common = {
            "n_components": len(mixture.weights),
            "bic": mixture.bic(mixture.log_densities(scaled)),
            "weights": mixture.weights.tolist(),
            "log_offset": [
                None if np.isnan(offset) else offset for offset in scaling.offset.tolist()
            ],
            "scale_low": scaling.low.tolist(),
            "scale_high": scaling.high.tolist(),
        }
        for row in rows:
            classifier = classifier_of(detections, mixture, scaling, row["training"], settings)
            row |= common | {
                "model_file": save_text(to_text(classifier), folder, "umlcaxs"),
                "members": classifier.members.tolist(),
            }
    return pa.Table.from_pylist(rows, schema=MODEL_COLUMNS)


def selection_table(detections, settings):
    """Return one row of SELECTION_COLUMNS for each number of clusters, then for each of the
    compared clusterings; none if none is asked for.

    Each number is fitted `selection_repeats` times from one start each, and `selection_bootstraps`
    times to detections drawn anew with replacement, which then say what clusters all detections
    fall into.
    """
    if settings.selection_repeats == 0 or why_not(detections, settings):
        return SELECTION_COLUMNS.empty_table()
    scaling = fit_scaling(detections.values, settings.kinds)
    scaled = scaling.scaled(detections.values)
    low, high = settings.selection_components
    rows = [
        _judged(
            detections,
            scaling,
            scaled,
            replace(settings, clustering="gaussian_mixture", components=k, starts=1),
        )
        for k in range(low, high + 1)
        if len(scaled) >= k
    ]
    if len(rows) > 1:
        for row, gradient in zip(rows, np.gradient([row["bic"] for row in rows])):
            row["bic_gradient"] = float(gradient)
    rows += [
        _judged(
            detections,
            scaling,
            scaled,
            replace(settings, clustering=name, selection_repeats=1, selection_bootstraps=0),
        )
        for name in settings.compared_clusterings
    ]
    return pa.Table.from_pylist(rows, schema=SELECTION_COLUMNS)


def _judged(detections, scaling, scaled, settings):
    """Return one row of SELECTION_COLUMNS."""
    fits = [
        clusters(scaled, replace(settings, seed=settings.seed + i))
        for i in range(settings.selection_repeats)
    ]
    logs = [fit.fast_log_densities(scaled) for fit in fits]
    found = [one.argmax(axis=1) for one in logs]
    bics = [fit.bic(one) for fit, one in zip(fits, logs)]
    rng = np.random.default_rng([settings.seed, settings.components])
    draws = (
        rng.integers(0, len(scaled), len(scaled)) for _ in range(settings.selection_bootstraps)
    )
    anew = [
        clusters(scaled[rows], settings).fast_log_densities(scaled).argmax(axis=1) for rows in draws
    ]
    some = np.unique(np.linspace(0, len(scaled) - 1, SILHOUETTE_ROWS).astype(int))
    held_out = (detections.label >= 0) & ~detections.seen["source"]
    classifier = classifier_of(detections, fits[0], scaling, "source", settings)
    probabilities = classifier.classify(detections.values[held_out])["cluster_probabilities"]
    is_known = ~np.isnan(probabilities).any(axis=1)
    right = np.nan_to_num(probabilities).argmax(axis=1) == detections.label[held_out]
    with one_thread():
        silhouette = (
            silhouette_score(scaled[some], found[0][some])
            if 1 < len(np.unique(found[0][some])) < len(some)
            else None
        )
    return {
        "clustering": settings.clustering,
        "n_components": len(fits[0].weights),
        "n_fits": len(fits),
        "bic": float(np.mean(bics)),
        "bic_std": float(np.std(bics)),
        "rand_index_seeds": _mean(adjusted_rand_score(a, b) for a, b in combinations(found, 2)),
        "rand_index_bootstraps": _mean(adjusted_rand_score(found[0], other) for other in anew),
        "silhouette": None if silhouette is None else float(silhouette),
        "benchmark_accuracy": float((right & is_known).mean()) if len(right) else None,
    }


def _mean(values):
    values = list(values)
    return float(np.mean(values)) if values else None
