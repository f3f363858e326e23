"""Photometry in one set of filters translated into another through the best-fitting spectrum of a
source's class.

In SQL (macro sed_fit writes the call):

    sed_fit(setting, class, spectral_type, magnitudes, errors, a_v)    STRUCT
    sed_origins(filters)    STRUCT[]: kind (template or filter), name, source, file and sha256 of each
    spectrum that the fits use and of each of the filters' curves

`setting` is JSON: the names of the filters and how to fit (`Setting`); `magnitudes` and `errors`
are lists in the order of the input filters, NULL where not measured. Class and spectral type may be
NULL: then all families, or all types, are tried. Nothing stops the query but a setting that is
wrong itself: a source that cannot be fitted has a reason instead of magnitudes.

The models' flux densities are computed once for all sources; the loops over them are those of
`sed_kernel`.
"""

import json
import re
import threading
from dataclasses import dataclass, fields
from functools import cache

import numpy as np
import pyarrow as pa
from extinction import fitzpatrick99

from lynceus.physics.absorption import R_V
from lynceus.physics.filters import filter_origins, load_filter, mean_weights
from lynceus.physics.spectra import GRID, all_models, star_rows, template_origins
from udfs.sed_kernel import A_V_STEP, FITTED, REASONS, fit_sources

# of each class the family that is tried first, and the one if that fails: Rangelov et al., table 2
FAMILIES = {
    "AGN": (("agn_composite",), ("power_law",)),
    "LMXB": (("star_disc", "K5"), ("blackbody",)),
    "HMXB": (("star_disc", "B2"), ("blackbody",)),
    "CV": (("star_disc", "K5"), ("blackbody",)),
    "LM-STAR": (("stellar_atlas",), ("blackbody",)),
    "HM-STAR": (("stellar_atlas",), ("blackbody",)),
}
# those between count; archives write 99 or 999, and -999, where nothing was detected
MAGNITUDES = (-50.0, 99.0)
LARGEST_ERROR_MAG = 1.0
ERROR_PER_ROOT_CHI2 = 0.1  # mag: Rangelov et al., eq. 4
SHORTEST_REDDENED = 910.0  # Angstrom; the extinction law goes no further
CHOICES = {
    "normalisation": ("anchor", "least_squares"),
    "extinction": ("none", "fitted", "column"),
    "gaia_system": ("vega", "ab"),
    "weighting": ("convention", "published"),
}
TYPE_PATTERN = re.compile(r"\s*(?:[a-z]+)?\s*([OBAFGKMLT])\s*(\d+(?:\.\d+)?)?")
RESULT = pa.struct(
    [
        ("magnitudes", pa.list_(pa.float64())),
        ("errors", pa.list_(pa.float64())),
        ("model", pa.string()),
        ("template", pa.string()),
        ("parameter", pa.float64()),
        ("a_v", pa.float64()),
        ("chi2_reduced", pa.float64()),
        ("n_bands", pa.int32()),
        ("anchor", pa.string()),
        ("scale", pa.float64()),
        ("is_fallback", pa.bool_()),
        ("residuals", pa.list_(pa.float64())),
        ("reason", pa.string()),
    ]
)
RESULT_SQL = (
    "struct(magnitudes double[], errors double[], model varchar, template varchar, parameter double, a_v double, chi2_reduced double,"
    " n_bands integer, anchor varchar, scale double, is_fallback boolean, residuals double[], reason varchar)"
)


@dataclass(frozen=True)
class Setting:
    """How to fit, and between which filters.

    input_filters, output_filters: names; normalisation: `anchor`, the brightest band, or
    `least_squares`; extinction: `none`, `fitted` or `column`, that of argument a_v; a_v_max: mag,
    of the grid; gaia_system: of Gaia's magnitudes, `vega` as in the archive or `ab`; weighting: of
    the wavelengths of a filter, by its `convention` or as `published`; error_floor_mag: added to
    errors in quadrature.
    """

    input_filters: tuple
    output_filters: tuple
    normalisation: str = "anchor"
    extinction: str = "none"
    a_v_max: float = 5.0
    gaia_system: str = "vega"
    weighting: str = "convention"
    error_floor_mag: float = 0.0

    def __post_init__(self):
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise ValueError(
                    f"sed_{name}: {getattr(self, name)}, must be one of {', '.join(choices)}"
                )
        for name in ("input_filters", "output_filters"):
            given = getattr(self, name)
            if not given or len(set(given)) < len(given):
                raise ValueError(
                    f"sed_{name}: {', '.join(given) or 'none'}; needed are filters, each once"
                )
        if not (self.a_v_max >= 0 and self.error_floor_mag >= 0):
            raise ValueError("sed_a_v_max and sed_error_floor_mag must not be negative")

    @classmethod
    def read(cls, text):
        """Return the Setting of a JSON object; ValueError if it has an unknown name."""
        given = json.loads(text)
        unknown = set(given) - {field.name for field in fields(cls)}
        if unknown:
            raise ValueError(f"sed_fit: unknown setting {', '.join(sorted(unknown))}")
        return cls(
            **{
                name: tuple(value) if isinstance(value, list) else value
                for name, value in given.items()
            }
        )


class Translator:
    """The models' flux densities through all filters of a Setting, and the fit with them.

    Parameters
    ----------
    setting : Setting
    filters, templates : path, optional
        Folders of the user's filter curves, and of the atlas and the quasar composite.

    Raises
    ------
    ValueError
        If a filter is unknown or unsound, or the folder of templates is incomplete.
    """

    def __init__(self, setting, filters=None, templates=None):
        self.setting, self.models = setting, all_models(templates)
        inputs, outputs = (
            [load_filter(name, filters) for name in names]
            for names in (setting.input_filters, setting.output_filters)
        )
        last = 0.0 if setting.extinction == "none" else setting.a_v_max
        self.a_v = np.arange(round(last / A_V_STEP) + 1) * A_V_STEP
        self.seen, self.predicted = (
            light_through(some, self.models.f_nu, self.a_v, setting.weighting)
            for some in (inputs, outputs)
        )
        self.zero_points = np.array([one.zero_point_jy for one in inputs])
        self.offsets = np.array(
            [one.vega_to_ab_mag if setting.gaia_system == "vega" else 0.0 for one in inputs]
        )
        self.systematic = np.array([one.systematic_error_mag for one in outputs])

    def ranges(self, source_class, spectral_type=None):
        """Return the rows of models to try for a class, and of those to fall back on: 4 ints, all 0
        if it has none.

        References
        ----------
        Rangelov et al., table 2 and section 3.1.
        """
        if source_class is None:
            return 0, len(self.models.family), 0, 0
        if source_class not in FAMILIES:
            return 0, 0, 0, 0
        first, second = FAMILIES[source_class]
        star = nearest_type(spectral_type) if first == ("stellar_atlas",) else None
        return *self.models.rows(*first, *([star] if star else [])), *self.models.rows(*second)

    def fit(self, ranges, magnitudes, errors, a_v):
        """Return the best-fitting models and their magnitudes.

        Parameters
        ----------
        ranges : (n, 4) int array
            Of `ranges`.
        magnitudes, errors : (n, input filters) array, mag
            NaN where missing; magnitudes that are not between MAGNITUDES are missing, too.
        a_v : (n,) array, mag
            Read for extinction `column` only.

        Returns
        -------
        Fits

        References
        ----------
        Rangelov et al., sections 3.2 and 3.3.
        """
        count, given = len(magnitudes), np.asarray(magnitudes, float)
        measured = np.where((given > MAGNITUDES[0]) & (given < MAGNITUDES[1]), given, np.nan)
        fits = Fits(
            numbers=np.full((count, 4), np.nan),
            places=np.full((count, 4), -1),
            magnitudes=np.full((count, self.predicted.shape[2]), np.nan),
            residuals=np.full(np.shape(magnitudes), np.nan),
            reason=np.zeros(count, np.int64),
        )
        setting = self.setting
        fit_sources(
            np.asarray(ranges, np.int64),
            measured + self.offsets,
            np.asarray(errors, float),
            np.asarray(a_v, float),
            self.zero_points,
            self.seen,
            self.predicted,
            setting.error_floor_mag,
            setting.normalisation == "least_squares",
            CHOICES["extinction"].index(setting.extinction),
            fits.numbers,
            fits.places,
            fits.magnitudes,
            fits.residuals,
            fits.reason,
        )
        return fits

    def errors(self, chi2_reduced):
        """Return the errors (n, output filters) of predicted magnitudes, mag: Rangelov et al., eqs.
        4 and 5.
        """
        base = np.minimum(ERROR_PER_ROOT_CHI2 * np.sqrt(chi2_reduced), LARGEST_ERROR_MAG)
        return np.sqrt(base[:, None] ** 2 + self.systematic**2)


def light_through(filters, f_nu, a_v, weighting):
    """Return the mean flux density (a, m, f) of spectra (m, g) behind each extinction (a,), mag,
    through each filter.

    The reddening law is that of Fitzpatrick (1999), PASP 111, 63, with R_V = 3.1, at each
    wavelength.
    """
    transmission = 10 ** (
        -0.4 * np.outer(a_v, fitzpatrick99(np.maximum(GRID, SHORTEST_REDDENED), 1.0, R_V))
    )
    light = np.empty((len(a_v), len(f_nu), len(filters)))
    for place, weights in enumerate(mean_weights(filters, GRID, weighting)):
        lit = np.flatnonzero(weights)
        # without BLAS, whose sums may differ with its threads
        light[..., place] = np.einsum(
            "mg,ag->am", f_nu[:, lit], weights[lit] * transmission[:, lit]
        )
    return light


@dataclass(frozen=True)
class Fits:
    """Fits of n sources.

    numbers (n, 4): chi2_reduced; scale, the model's flux density at 5500 Angstrom before extinction
    in Jy; A_V in mag, and unused; places (n, 4): model, anchor band, bands measured, and whether it
    is of the fallback family; magnitudes (n, output filters): AB; residuals (n, input filters):
    observed less model, mag; reason (n,): place in REASONS.
    """

    numbers: np.ndarray
    places: np.ndarray
    magnitudes: np.ndarray
    residuals: np.ndarray
    reason: np.ndarray


def type_number(spectral_type):
    """Return the place of a spectral type on the scale O0 = 0, B0 = 10 ..

    T0 = 80, None if it has none; a letter alone counts as 5.
    """
    found = TYPE_PATTERN.match(spectral_type or "")
    return None if found is None else 10 * "OBAFGKMLT".index(found[1]) + float(found[2] or 5)


def nearest_type(spectral_type):
    """Return the atlas's type nearest to a spectral type, the hotter one of two; None if it cannot
    be read.
    """
    number = type_number(spectral_type)
    types = [row["spectral_type"] for row in star_rows()]
    return None if number is None else min(types, key=lambda one: abs(type_number(one) - number))


LOADING = threading.Lock()


@cache
def _translator(text, filters, templates):
    return Translator(Setting.read(text), filters, templates)


def load_translator(text, filters=None, templates=None):
    """Return the Translator of a setting in JSON, made once."""
    with LOADING:
        return _translator(text, filters, templates)


ORIGIN = pa.struct([(name, pa.string()) for name in ("kind", "name", "source", "file", "sha256")])
ORIGINS_SQL = f"STRUCT({', '.join(f'{one.name} VARCHAR' for one in ORIGIN)})[]"


def register(connection, filters=None, templates=None):
    """Give a DuckDB connection the functions; the folders are those of the user's filter curves and
    templates, None if there are none.
    """

    def sed_fit(settings, classes, types, magnitudes, errors, a_v):
        if not len(settings):
            return pa.array([], RESULT)
        texts = settings.unique().to_pylist()
        if len(texts) != 1:
            raise ValueError(f"sed_fit: one call is for one setting, not {len(texts)}")
        translator = load_translator(texts[0], filters, templates)
        width = len(translator.setting.input_filters)
        fits = translator.fit(
            _ranges(translator, classes, types),
            _lists(magnitudes, width, "magnitudes"),
            _lists(errors, width, "errors"),
            a_v.to_numpy(zero_copy_only=False) if isinstance(a_v, pa.Array) else a_v.to_numpy(),
        )
        return as_struct(translator, fits)

    connection.create_function(
        "sed_fit",
        sed_fit,
        ["VARCHAR", "VARCHAR", "VARCHAR", "DOUBLE[]", "DOUBLE[]", "DOUBLE"],
        RESULT_SQL,
        type="arrow",
        null_handling="special",
    )

    def sed_origins(names):
        spectra = [{"kind": "template"} | one for one in template_origins(templates)]
        return pa.array(
            [
                spectra
                + [{"kind": "filter"} | one for one in filter_origins(sorted(set(asked)), filters)]
                for asked in names.to_pylist()
            ],
            pa.list_(ORIGIN),
        )

    connection.create_function("sed_origins", sed_origins, ["VARCHAR[]"], ORIGINS_SQL, type="arrow")


def _ranges(translator, classes, types):
    """Return the rows of models (n, 4) of sources, each pair of class and spectral type looked up
    once.
    """
    pairs = list(zip(classes.to_pylist(), types.to_pylist(), strict=True))
    known = {pair: translator.ranges(*pair) for pair in set(pairs)}
    return np.array([known[pair] for pair in pairs], np.int64)


def _lists(values, width, what):
    """Return an Arrow array of n lists as an (n, width) array, NaN for NULL and where a whole list
    is NULL.

    Raises
    ------
    ValueError
        If a list has another length.
    """
    whole = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    is_list = whole.is_valid().to_numpy(zero_copy_only=False)
    lengths = whole.drop_null().value_lengths().to_numpy(zero_copy_only=False)
    if (lengths != width).any():
        raise ValueError(
            f"sed_fit: {lengths[lengths != width][0]} {what}, but {width} input filters"
        )
    result = np.full((len(whole), width), np.nan)
    result[is_list] = (
        whole.drop_null().flatten().to_numpy(zero_copy_only=False).astype(float).reshape(-1, width)
    )
    return result


def as_struct(translator, fits):
    """Return Fits as an Arrow array of structs, NULL where there is nothing to say."""
    failed = fits.reason != FITTED
    model, anchor, bands, is_fallback = fits.places.T
    chi2, scale, a_v, _ = fits.numbers.T
    models, filters = (
        translator.models,
        np.array([*translator.setting.input_filters, None], dtype=object),
    )
    return pa.StructArray.from_arrays(
        [
            _list_array(fits.magnitudes, failed),
            _list_array(translator.errors(chi2), failed),
            pa.array(np.where(failed, None, models.family[model]), pa.string()),
            pa.array(np.where(failed, None, models.template[model]), pa.string()),
            pa.array(np.where(failed, np.nan, models.parameter[model]), from_pandas=True),
            pa.array(a_v, from_pandas=True),
            pa.array(chi2, from_pandas=True),
            pa.array(bands.astype(np.int32)),
            pa.array(filters[anchor], pa.string()),
            pa.array(scale, from_pandas=True),
            pa.array(is_fallback == 1, mask=failed),
            _list_array(fits.residuals, failed),
            pa.array(np.array(REASONS, dtype=object)[fits.reason], pa.string()),
        ],
        fields=list(RESULT),
    )


def _list_array(values, is_null):
    """Return an (n, k) array as n lists, NULL for NaN; whole lists NULL where said."""
    offsets = np.arange(len(values) + 1, dtype=np.int32) * values.shape[1]
    return pa.ListArray.from_arrays(
        pa.array(offsets), pa.array(values.ravel(), from_pandas=True), mask=pa.array(is_null)
    )
