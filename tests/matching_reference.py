"""A match of any number of catalogues by brute force: all formulas in plain loops, with no code of
the project.

Salvato et al. 2018, MNRAS 473, 4937, App. B; Budavari & Szalay 2008, ApJ 679, 301; the exact
Gaussians multiplied. A catalogue is a dict of ids, ra, dec (deg), major, minor (arcsec, 1 sigma),
angle (deg); area (deg2), completeness; and, if wanted, mixture (share, scale) and priors (a list of
dicts of name, values, and histogram or the settings of auto).
"""

from functools import cache
from itertools import combinations, product

import astropy.units as u
import numpy as np
from astropy.coordinates import SkyCoord, SkyOffsetFrame, angular_separation, position_angle

ARCSEC = np.degrees(1) * 3600
SKY_DEG2 = 4 * np.pi * np.degrees(1) ** 2


def catalogue(
    ids, ra, dec, major, minor=None, angle=None, area=1.0, completeness=1.0, mixture=None, priors=()
):
    """Return a catalogue in the order of its ids."""
    order = np.argsort(ids)
    minor = major if minor is None else minor
    columns = [ids, ra, dec, major, minor, np.zeros(len(ids)) if angle is None else angle]
    found = {
        name: np.asarray(c)[order]
        for name, c in zip(("ids", "ra", "dec", "major", "minor", "angle"), columns)
    }
    priors = [{**prior, "values": np.asarray(prior["values"], float)[order]} for prior in priors]
    return {
        **found,
        "area": area,
        "completeness": completeness,
        "mixture": mixture,
        "priors": priors,
    }


class Surroundings:
    """One primary and what lies around it: positions and covariances in a plane that touches the
    sky at the primary.
    """

    def __init__(self, catalogues, primary, radius):
        self.catalogues, self.radius = catalogues, radius
        self.nearby = [[primary]]
        centre = catalogues[0]["ra"][primary], catalogues[0]["dec"][primary]
        has_error = np.isfinite(catalogues[0]["major"][primary] + catalogues[0]["minor"][primary])
        for other in catalogues[1:]:
            usable = np.isfinite(other["major"] + other["minor"]) & has_error
            self.nearby.append(
                np.flatnonzero(
                    (separation(*centre, other["ra"], other["dec"]) < radius) & usable
                ).tolist()
            )
        frame = SkyOffsetFrame(origin=SkyCoord(*centre, unit="deg"))
        self.place, self.turn = {}, {}
        for k, members in enumerate(self.nearby):
            ra, dec = catalogues[k]["ra"][members], catalogues[k]["dec"][members]
            seen = SkyCoord(ra, dec, unit="deg").transform_to(frame)
            for member, lon, lat, own_ra, own_dec in zip(
                members, seen.lon.rad, seen.lat.rad, ra, dec
            ):
                east, north, inward = (
                    np.cos(lat) * np.sin(lon),
                    np.sin(lat),
                    np.cos(lat) * np.cos(lon),
                )
                sine = np.hypot(east, north)
                stretch = np.arctan2(sine, inward) / sine * ARCSEC if sine else 0.0
                self.place[k, member] = np.array([east, north]) * stretch
                # the great circle to the primary makes an angle with the source's own north, and
                # one with the plane's
                back = position_angle(*np.radians([own_ra, own_dec, *centre])).to_value(u.rad)
                self.turn[k, member] = (
                    np.arctan2(-east, -north) - back if sine * ARCSEC > 1e-9 else 0.0
                )
        self.log10_b = cache(self.log10_b)

    def associations(self):
        """Return every set of members, as a tuple of (catalogue, row), all pairs of which are
        nearer than the radius.
        """
        found = []
        for choice in product(
            *[self.nearby[0], *([None, *members] for members in self.nearby[1:])]
        ):
            members = tuple((k, member) for k, member in enumerate(choice) if member is not None)
            if self.separation_max(members) < self.radius:
                found.append(members)
        return found

    def separation_max(self, members):
        return max((self.separation(a, b) for a, b in combinations(members, 2)), default=0.0)

    def separation(self, a, b):
        (ra_a, dec_a), (ra_b, dec_b) = (
            (self.catalogues[k]["ra"][i], self.catalogues[k]["dec"][i]) for k, i in (a, b)
        )
        return separation(ra_a, dec_a, ra_b, dec_b)

    def weight_matrix(self, member, scale):
        """Return the inverse covariance (east, north) of a member whose axes are scaled."""
        k, i = member
        major, minor, angle = (self.catalogues[k][name][i] for name in ("major", "minor", "angle"))
        t = np.radians(angle) + self.turn[member]
        axes = np.array([[np.sin(t), np.cos(t)], [np.cos(t), -np.sin(t)]])
        return axes.T @ np.diag([(scale * major) ** -2.0, (scale * minor) ** -2.0]) @ axes

    def log10_b(self, members):
        """Return log10 of the Bayes factor; members with a mixture of errors are summed over its
        parts.
        """
        if len(members) < 2:
            return 0.0
        parts = []
        for k, _ in members:
            share, scale = self.catalogues[k]["mixture"] or (0.0, 1.0)
            parts.append([(1 - share, 1.0), (share, scale)] if share else [(1.0, 1.0)])
        terms = []
        for choice in product(*parts):
            share = np.prod([part[0] for part in choice])
            terms.append(
                np.log10(share) + self.log10_gaussian(members, [part[1] for part in choice])
            )
        return max(terms) + np.log10(sum(10 ** (term - max(terms)) for term in terms))

    def log10_gaussian(self, members, scales):
        places = [self.place[member] for member in members]
        matrices = [self.weight_matrix(member, scale) for member, scale in zip(members, scales)]
        total = sum(matrices)
        mean = np.linalg.solve(
            total, sum(matrix @ place for matrix, place in zip(matrices, places))
        )
        ln_b = (len(members) - 1) * (np.log(2) + 2 * np.log(ARCSEC)) - np.log(
            np.linalg.det(total)
        ) / 2
        for matrix, place in zip(matrices, places):
            ln_b += np.log(np.linalg.det(matrix)) / 2 - (place - mean) @ matrix @ (place - mean) / 2
        return ln_b / np.log(10)


def separation(ra_a, dec_a, ra_b, dec_b):
    """Return the great-circle separation in arcsec of positions in degrees."""
    return (
        angular_separation(*np.radians([ra_a, dec_a]), np.radians(ra_b), np.radians(dec_b)) * ARCSEC
    )


def match(catalogues, radius, acceptable_ratio=0.5, min_prob=0.0, unrelated=True):
    """Return the rows of the match as dicts; `ids` has None for a catalogue that takes no part."""
    rows = []
    for primary in range(len(catalogues[0]["ids"])):
        around = Surroundings(catalogues, primary, radius)
        rows += _rows_by_distance(catalogues, around, unrelated)
    histograms = {}
    for k, other in enumerate(catalogues):
        for prior in other["priors"]:
            histogram = prior.get("histogram") or auto_histogram(
                rows, k, prior["values"], **prior.get("auto", {})
            )
            histograms[prior["name"]] = histogram
            for row in rows:
                member = row["members"].get(k)
                row[prior["name"]] = (
                    1.0 if member is None else bias(histogram, prior["values"][member])
                )
    for primary in range(len(catalogues[0]["ids"])):
        _share_out(
            [row for row in rows if row["members"][0] == primary],
            list(histograms),
            acceptable_ratio,
        )
        if not np.isfinite(catalogues[0]["major"][primary] + catalogues[0]["minor"][primary]):
            for row in rows:
                if row["members"][0] == primary:
                    row["p_any"] = None
    return [row for row in rows if row["p_i"] >= min_prob], histograms


def _rows_by_distance(catalogues, around, unrelated):
    rows = []
    number = len(catalogues)
    log10_nu = [np.log10(len(c["ids"]) / c["area"] * SKY_DEG2) for c in catalogues]
    log10_nu_plus = [np.log10((len(c["ids"]) + 1) / c["area"] * SKY_DEG2) for c in catalogues]
    found = around.associations()
    for members in found:
        there = [k for k, _ in members]
        log10_bf = corrected = around.log10_b(members)
        if unrelated and len(members) <= number - 2:
            groups = [0.0]
            for rival in found:
                group = tuple((k, i) for k, i in rival if k not in there)
                if len(rival) > 2 and len(group) >= 2:
                    chance = log10_nu[group[0][0]] - sum(log10_nu_plus[k] for k, _ in group)
                    groups.append(around.log10_b(group) + chance)
            corrected += max(groups)
        log10_prior = sum(
            np.log10(catalogues[k]["completeness"]) - log10_nu_plus[k] for k in there[1:]
        )
        with np.errstate(over="ignore"):
            dist_post = 1 / (1 + (10.0**-log10_prior - 1) * np.power(10.0, -corrected))
        rows.append(
            {
                "ids": tuple(
                    catalogues[k]["ids"][dict(members)[k]] if k in there else None
                    for k in range(number)
                ),
                "members": dict(members),
                "ncat": len(members),
                "separation_max": around.separation_max(members),
                "separations": {
                    (b[0], a[0]): around.separation(a, b) for a, b in combinations(members, 2)
                },
                "log10_prior": log10_prior,
                "log10_bf": log10_bf,
                "log10_bf_corrected": corrected,
                "dist_post": dist_post,
            }
        )
    return rows


def _share_out(rows, names, acceptable_ratio):
    """Give the rows of one primary p_single, p_any, p_i, match_flag and all_excluded."""
    with np.errstate(divide="ignore", over="ignore"):
        for row in rows:
            biased = row["log10_bf_corrected"] + sum(np.log10(row[name]) for name in names)
            row["p_single"] = 1 / (1 + (10.0 ** -row["log10_prior"] - 1) * np.power(10.0, -biased))
            row["total"] = biased + row["log10_prior"]
    candidates = [row for row in rows if row["ncat"] > 1]
    alone = next(row for row in rows if row["ncat"] == 1)
    largest = max(row["total"] for row in rows)
    weights = {id(row): 10 ** (row["total"] - largest) for row in rows}
    best = max((row["total"] for row in candidates), default=-np.inf)
    excluded = bool(candidates) and best == -np.inf
    for row in rows:
        row["all_excluded"] = excluded
        row["p_any"] = 0.0 if best == -np.inf else 1 - weights[id(alone)] / sum(weights.values())
        if row is alone:
            row["p_i"], row["match_flag"] = 0.0, int(not candidates)
        elif excluded:
            row["p_i"], row["match_flag"] = 0.0, 0
        else:
            row["p_i"] = 10 ** (row["total"] - best) / sum(
                10 ** (rival["total"] - best) for rival in candidates
            )
    top = max(row["p_i"] for row in rows)
    for row in candidates if not excluded else []:
        row["match_flag"] = (
            1 if row["p_i"] == top else 2 if row["p_i"] > acceptable_ratio * top else 0
        )


def bias(histogram, value):
    """Return the factor of a histogram (edges, q, n) for a value."""
    edges, q, n = histogram
    if not np.isfinite(value) or value == -99 or value < edges[0] or value > edges[-1]:
        return 1.0
    here = max(b for b in range(len(q)) if edges[b] <= value)
    return 100.0 if n[here] == 0 else q[here] / n[here]


def auto_histogram(rows, k, values, min_prob=0.9, radius=None, exclude_radius=None, bins=14):
    """Return the histogram of a property from the rows of the stage by distance: of the secure
    sources, each with the weight of its likeliest association, and of the field.
    """
    rows = [row for row in rows if k in row["members"]]
    known = np.isfinite(values) & (values != -99)
    weights, possible = {}, set()
    for row in rows:
        source = row["members"][k]
        if radius is not None:
            secure, weight, near = (
                row["separation_max"] < radius,
                1.0,
                row["separation_max"] < (exclude_radius or radius),
            )
        else:
            secure, weight, near = (
                row["dist_post"] > min_prob,
                row["dist_post"],
                row["dist_post"] > 0.01,
            )
        if near:
            possible.add(source)
        if secure and known[source]:
            weights[source] = max(weight, weights.get(source, 0))
    secure = sorted(weights, key=lambda source: values[source])
    m, w = values[secure], np.array([weights[source] for source in secure])
    field = values[[i for i in range(len(values)) if known[i] and i not in possible]]
    share = np.cumsum(w) / w.sum()
    share[0], share[-1] = 0, 1
    edges = np.unique(np.interp(np.linspace(0, 1, bins + 1), share, m))
    if edges[-1] < field.max():
        edges = np.append(edges, field.max() + 1)
    if edges[0] > field.min():
        edges = np.insert(edges, 0, field.min() - 1)
    return (
        edges,
        np.histogram(m, edges, weights=w, density=True)[0],
        np.histogram(field, edges, density=True)[0],
    )
