"""Classes of X-ray detections from X-rays alone: clusters found without labels, and classes told
apart inside each by few labels.

Perez-Diaz et al. (2024), MNRAS 528, 4852. A model is one text file under the hash of its content:
the scaling of the properties, the Gaussian mixture, and the mean and covariance of every class in
every cluster.
"""

import json
from dataclasses import dataclass
from functools import cache

import numpy as np

from lynceus.learning.lightgbm_files import read_model
from lynceus.learning.mixtures import Mixture, log_sum, squared_distances, whitening

KINDS = ("plain", "scaled", "log")
# least variance of a class in any direction, of properties scaled to 0-1: below it a value repeats
# itself
FLOOR = 1e-8
RULES = ("cluster", "weighted", "density")


@dataclass(frozen=True)
class Scaling:
    """How properties become comparable: ln(x + offset) where `offset` (d,) is not NaN, then (x -
    low) / (high - low).
    """

    offset: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def scaled(self, values):
        """Return values (n, d) scaled; NaN where a logarithm has no value."""
        with np.errstate(divide="ignore", invalid="ignore"):
            transformed = np.where(np.isnan(self.offset), values, np.log(values + self.offset))
        return (np.where(np.isfinite(transformed), transformed, np.nan) - self.low) / (
            self.high - self.low
        )


def fit_scaling(values, kinds):
    """Return the Scaling of properties (n, d) by Table 2 and eq. 1 and 2.

    Parameters
    ----------
    values : (n, d) array, n > 0
    kinds : sequence of str
        Of KINDS: plain as measured; scaled to 0-1; log: ln of the value and a tenth of the least
        that is not zero, then scaled.
    """
    offset, low, high = np.full(len(kinds), np.nan), np.zeros(len(kinds)), np.ones(len(kinds))
    for i, kind in enumerate(kinds):
        column = values[:, i]
        if kind == "log":
            offset[i] = np.min(column[column != 0], initial=np.inf) / 10
            column = np.log(column + offset[i])
        if kind != "plain":
            low[i], high[i] = column.min(), column.max()
    return Scaling(offset, low, high)


@dataclass(frozen=True)
class Classifier:
    """Scaling, mixture (k components), and of c classes in every cluster the members (k, c), means
    (k, c, d), covariances (k, c, d, d).

    Classes with fewer than `fewest` members in a cluster take no part there. `distance`: squared
    (as the published code has it) or plain (as eq. 6 has it).
    """

    properties: tuple
    classes: tuple
    scaling: Scaling
    mixture: Mixture
    members: np.ndarray
    means: np.ndarray
    covariances: np.ndarray
    fewest: int
    distance: str

    @property
    def takes_part(self):
        """Which classes are told apart in which clusters: (k, c) bool array."""
        return self.members >= self.fewest

    def classify(self, values):
        """Return what there is to say of properties (n, d): a dict of arrays.

        cluster (n,) and its responsibility (n,); log_likelihood (n,) of the scaled properties; and
        probabilities (n, c), NaN where no class takes part, by rule. `cluster`: softmin of the
        distances from the classes of the cluster (eq. 7). `weighted`: the same in all clusters,
        weighted with their responsibilities. `density`: by Bayes' rule, with the classes of all
        clusters as Gaussians and their numbers of members as priors.
        """
        scaled = self.scaling.scaled(values)
        logs = self.mixture.log_densities(scaled)
        log_likelihood = log_sum(logs)
        responsibilities = np.exp(logs - log_likelihood[:, None])
        cluster = logs.argmax(axis=1)
        squared, log_determinants = self._squared_distances(scaled)
        inside = softmin(
            np.where(
                self.takes_part, squared if self.distance == "squared" else np.sqrt(squared), np.inf
            )
        )
        knows = self.takes_part.any(axis=1)
        shares = np.where(knows, responsibilities, 0.0)
        weighted = sum(shares[:, k, None] * np.nan_to_num(inside[:, k]) for k in range(len(knows)))
        total = sum(shares[:, k] for k in range(len(knows)))[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            return {
                "cluster": cluster,
                "responsibility": responsibilities[np.arange(len(cluster)), cluster],
                "log_likelihood": log_likelihood,
                "cluster_probabilities": inside[np.arange(len(cluster)), cluster],
                "weighted_probabilities": weighted / total,
                "density_probabilities": self._posteriors(squared, log_determinants),
            }

    def _squared_distances(self, scaled):
        """Return squared distances (n, k, c) from the classes of all clusters, and ln of the
        determinants (k, c) of their covariances.
        """
        shape, width = self.members.shape, self.means.shape[-1]
        roots, log_determinants = whitening(self.covariances, FLOOR)
        squared = squared_distances(
            scaled, self.means.reshape(-1, width), roots.reshape(-1, width, width)
        )
        return squared.reshape(len(scaled), *shape), log_determinants

    def _posteriors(self, squared, log_determinants):
        with np.errstate(divide="ignore"):
            logs = np.log(np.where(self.takes_part, self.members, 0)) - 0.5 * (
                squared + log_determinants
            )
        return softmin(-log_sum(np.swapaxes(logs, 1, 2)))


def softmin(distances):
    """Return exp(-x) over its sum along the last axis (eq. 7); NaN where all are infinite."""
    least = distances.min(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        powers = np.exp(np.where(np.isfinite(least), least, np.nan) - distances)
    return powers / sum(powers[..., i, None] for i in range(powers.shape[-1]))


def class_moments(scaled, cluster, label, classes, mixture, few=0):
    """Return members (k, c), means (k, c, d) and covariances (k, c, d, d) of labelled detections.

    Parameters
    ----------
    scaled : (n, d) array
    cluster : (n,) array of int
    label : (n,) array of int
        Place of the class, below 0 for none.
    classes : int
    mixture : Mixture
        Whose covariance stands in where members are few.
    few : int
        With so many members or fewer a class leans towards the covariance of its cluster, by 1 -
        (members - 1) / few.
    """
    components, width = mixture.means.shape
    members = np.zeros((components, classes), int)
    means = np.repeat(mixture.means[:, None], classes, axis=1)
    covariances = np.repeat(mixture.covariances[:, None], classes, axis=1)
    for k, c in np.ndindex(components, classes):
        rows = scaled[(cluster == k) & (label == c)]
        members[k, c] = len(rows)
        if len(rows) > 1:
            means[k, c] = rows.mean(axis=0)
            lean = max(0.0, 1 - (len(rows) - 1) / few) if few else 0.0
            difference = rows - means[k, c]
            own = np.einsum("ni,nj->ij", difference, difference) / (len(rows) - 1)
            covariances[k, c] = (1 - lean) * own + lean * mixture.covariances[k]
    return members, means, covariances


def to_text(classifier):
    """Return a classifier as JSON, every number with all its digits."""

    def plain(value):
        return (
            [None if np.isnan(v) else v for v in value.tolist()]
            if value.ndim == 1 and value.dtype.kind == "f"
            else value.tolist()
        )

    content = {
        name: getattr(classifier, name) for name in ("properties", "classes", "fewest", "distance")
    }
    for part in ("scaling", "mixture"):
        content[part] = {
            name: plain(value) for name, value in vars(getattr(classifier, part)).items()
        }
    content |= {
        name: plain(getattr(classifier, name)) for name in ("members", "means", "covariances")
    }
    return json.dumps(content) + "\n"


def from_text(text):
    """Return the classifier that `to_text` wrote."""
    content = json.loads(text)
    scaling = Scaling(
        **{name: np.array(value, float) for name, value in content.pop("scaling").items()}
    )
    mixture = Mixture(
        **{name: np.array(value, float) for name, value in content.pop("mixture").items()}
    )
    arrays = {
        name: np.array(content.pop(name), kind)
        for name, kind in (("members", int), ("means", float), ("covariances", float))
    }
    names = {name: tuple(content.pop(name)) for name in ("properties", "classes")}
    return Classifier(scaling=scaling, mixture=mixture, **arrays, **names, **content)


@cache
def load_classifier(path):
    """Return the classifier of a file."""
    return from_text(read_model(path))
