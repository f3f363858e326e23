"""Fits of spectra: what was put in is found again, by the same numbers as a plain loop, whichever
rows share a call; bad input has a reason.
"""

import json

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.sed import looped
from lynceus.learning.vectors import lists
from lynceus.physics.spectra import DISC_FRACTIONS, SLOPES, TEMPERATURES
from lynceus.settings import project_vars
from udfs import sed_fit
from udfs.sed_fit import FAMILIES, Setting, Translator, load_translator, nearest_type
from udfs.sed_kernel import A_V_STEP, FITTED, REASONS, SMALLEST_ERROR_MAG

VARS = project_vars()
INPUTS, OUTPUTS = VARS["sed_input_filters"], VARS["sed_output_filters"]
CLASSES = list(FAMILIES)


def text(**changes):
    """Return the project's setting in JSON, with changes."""
    return json.dumps({"input_filters": INPUTS, "output_filters": OUTPUTS} | changes)


def translator(**changes):
    """Return the Translator of the project's setting, with changes."""
    return load_translator(text(**changes))


def photometry(models, noise=0.0, a_v=0, seed=1, of=None):
    """Return magnitudes and errors (n, bands) of given models, as an archive has them, each of
    another brightness.
    """
    of, rng = of or translator(), np.random.default_rng(seed)
    light = of.seen[round(a_v / A_V_STEP)][models]
    magnitudes = (
        -2.5 * np.log10(light / of.zero_points)
        - of.offsets
        + rng.uniform(10, 20, len(light))[:, None]
    )
    return magnitudes + rng.normal(0, noise, magnitudes.shape), np.full(
        magnitudes.shape, noise or 0.02
    )


def fitted(magnitudes, errors, source_class=None, spectral_type=None, a_v=np.nan, of=None):
    """Return the Fits of sources of one class."""
    of = of or translator()
    count = len(magnitudes)
    return of.fit(
        np.tile(of.ranges(source_class, spectral_type), (count, 1)),
        magnitudes,
        errors,
        np.full(count, a_v),
    )


@pytest.mark.parametrize("normalisation", ["anchor", "least_squares"])
def test_every_model_is_found_again_without_noise(normalisation):
    of = translator(normalisation=normalisation)
    models = np.arange(len(of.models.family))
    fits = fitted(*photometry(models), of=of)
    # a disc of no light is its star
    expected = np.where(
        (of.models.family == "star_disc") & (of.models.parameter == 0),
        [
            0 if name is None else list(of.models.template).index(name)
            for name in of.models.template
        ],
        models,
    )
    np.testing.assert_array_equal(fits.places[:, 0], expected)
    assert fits.numbers[:, 0].max() < 1e-15 and np.abs(fits.residuals).max() < 1e-10


@pytest.mark.parametrize(
    ("source_class", "family", "steps"),
    [
        ("LM-STAR", "stellar_atlas", np.arange(27)),
        ("AGN", "power_law", SLOPES),
        ("LMXB", "blackbody", TEMPERATURES),
        ("CV", "star_disc", DISC_FRACTIONS),
    ],
)
def test_template_slope_temperature_and_fraction_are_recovered_from_noise(
    source_class, family, steps
):
    """Within a step of the grid for at least 95 of 100 sources, at errors of 0.02 mag and
    temperatures below 20,000 K, by least squares.
    """
    of = translator(normalisation="least_squares")
    first, last = of.models.rows(family, "K5" if source_class == "CV" else None)
    rng = np.random.default_rng(2)
    truth = rng.integers(
        0, np.searchsorted(steps, 20000) if family == "blackbody" else len(steps), 400
    )
    magnitudes, errors = photometry(first + truth, noise=0.02, of=of)
    fits = of.fit(np.tile([first, last, 0, 0], (400, 1)), magnitudes, errors, np.full(400, np.nan))
    assert np.mean(np.abs(fits.places[:, 0] - first - truth) <= 1) > 0.95
    # 11 bands less the scale: chi-squared is as it should be
    assert np.median(fits.numbers[:, 0]) == pytest.approx(0.93, abs=0.1)


def test_the_fit_is_that_of_a_plain_loop():
    models = np.random.default_rng(3).integers(0, len(translator().models.family), 6)
    magnitudes, errors = photometry(models, noise=0.1)
    slow, _ = looped(magnitudes, errors)
    fits = fitted(magnitudes, errors)
    assert fits.places[:, 0].tolist() == [model for model, _ in slow]
    np.testing.assert_allclose(fits.numbers[:, 0], [chi2 for _, chi2 in slow], rtol=1e-10)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.floats(5, 28)), min_size=11, max_size=11),
    st.lists(st.one_of(st.none(), st.floats(0, 1)), min_size=11, max_size=11),
    st.sampled_from(["anchor", "least_squares"]),
    st.sampled_from(CLASSES),
)
def test_no_other_model_or_scale_fits_better(magnitudes, errors, normalisation, source_class):
    """Of any photometry, in NumPy: anchor, scale, chi-squared and the best model."""
    of = translator(normalisation=normalisation)
    magnitude, error = np.array([magnitudes, errors], float)
    fits = fitted(magnitude[None], error[None], source_class, of=of)
    known = np.isfinite(magnitude)
    if known.sum() < 3:
        assert REASONS[fits.reason[0]] == (
            "no magnitudes" if not known.any() else "fewer than 3 bands"
        )
        return
    flux = (of.zero_points * 10 ** (-0.4 * (magnitude + of.offsets)))[known]
    sigma = flux * np.where(
        error[known] > 0, np.log(10) / 2.5 * np.maximum(error[known], SMALLEST_ERROR_MAG), 0.1
    )
    first, last, _, _ = of.ranges(source_class)
    light, anchor = of.seen[0, first:last, known].T, np.argmax(flux)
    if normalisation == "anchor":
        scale = flux[anchor] / light[:, anchor]
    else:
        scale = (light @ (flux / sigma**2)) / (light**2 @ sigma**-2.0)
    parts = ((flux - scale[:, None] * light) / sigma) ** 2
    chi2 = parts.sum(axis=1) - (parts[:, anchor] if normalisation == "anchor" else 0)
    assert fits.numbers[0, 0] * (known.sum() - 1) == pytest.approx(chi2.min(), rel=1e-6, abs=1e-6)
    assert np.flatnonzero(known)[anchor] == fits.places[0, 1]
    assert fits.numbers[0, 1] == pytest.approx(scale[fits.places[0, 0] - first], rel=1e-9)


# sources that the paper fits, table 1, and the templates they are drawn from
PAPER = {
    "LMXB": (82, "K5", "K5"),
    "HMXB": (36, "B2", "B2"),
    "CV": (87, "K5", "K5"),
    "LM-STAR": (4615, "F0", "M4"),
    "HM-STAR": (1215, "O5", "A5"),
}
PAPER_AGN = 5231


def median_and_mad(offsets):
    """Return medians and median absolute deviations of rows."""
    median = np.median(offsets, axis=1)
    return median, np.median(np.abs(offsets - median[:, None]), axis=1)


def nearby(source_class, count, first, last):
    """Return predicted F475W less PS1 g, and F814W less i, of the well-fitted ones of sources of a
    class, with errors of 0.03 mag.
    """
    of, rng = translator(), np.random.default_rng(4)
    templates = list(of.models.template)
    rows = (
        of.ranges(source_class)[:2]
        if source_class not in ("LM-STAR", "HM-STAR")
        else (templates.index(first), templates.index(last) + 1)
    )
    magnitudes, errors = photometry(rng.integers(*rows, count), noise=0.03, seed=5)
    fits = fitted(magnitudes, errors, source_class)
    good = fits.numbers[:, 0] < 10
    pairs = (("acs_wfc_f475w", "panstarrs_g"), ("acs_wfc_f814w", "panstarrs_i"))
    return np.stack(
        [
            fits.magnitudes[good, OUTPUTS.index(ours)] - magnitudes[good, INPUTS.index(theirs)]
            for ours, theirs in pairs
        ]
    )


def test_predicted_magnitudes_follow_those_measured_in_nearby_filters():
    """The paper has +0.03 and -0.07 with MADs of 0.05 and 0.06; here its mixture of classes without
    and with AGN, whose composite is steep at i.
    """
    offsets = np.concatenate([nearby(name, *drawn) for name, drawn in PAPER.items()], axis=1)
    assert offsets.shape[1] > 0.95 * sum(count for count, *_ in PAPER.values())
    every = np.concatenate([offsets, nearby("AGN", PAPER_AGN, None, None)], axis=1)
    (without, spread), (median, scatter) = map(median_and_mad, (offsets, every))
    assert np.abs(without).max() < 0.07 and spread.max() < 0.06
    np.testing.assert_allclose([median[0], scatter[0]], [0.03, 0.04], atol=0.01)
    np.testing.assert_allclose([median[1], scatter[1]], [-0.134, 0.074], atol=0.01)


def test_the_offset_of_active_nuclei_is_that_of_their_slope():
    """F814W lies 525 Angstrom redwards of i, and f_nu there grows as wavelength^2.45."""
    offsets = np.median(nearby("AGN", 1000, None, None), axis=1)
    assert abs(offsets[0]) < 0.07
    assert offsets[1] == pytest.approx(-2.5 * 2.45 * np.log10(8059.9 / 7535.0), abs=0.02)


def test_errors_are_those_of_equations_4_and_5():
    of = translator()
    np.testing.assert_allclose(
        of.errors(np.array([0.0, 4.0, 1e6])),
        [
            [0.4, 0.4, 0, 0, 0, 0],
            [np.hypot(0.2, 0.4)] * 2 + [0.2] * 4,
            [np.hypot(1, 0.4)] * 2 + [1.0] * 4,
        ],
    )


@pytest.mark.parametrize("a_v", [0.0, 0.7, 3.2])
def test_extinction_is_recovered_or_taken_from_its_column(a_v):
    changes = {"normalisation": "least_squares", "a_v_max": 4.0}
    free, given_one = (translator(extinction=name, **changes) for name in ("fitted", "column"))
    models = np.arange(3, 27, 3)
    magnitudes, errors = photometry(models, a_v=a_v, of=free)
    fits = fitted(magnitudes, errors, "HM-STAR", of=free)
    np.testing.assert_array_equal(fits.places[:, 0], models)
    np.testing.assert_allclose(fits.numbers[:, 2], a_v, atol=1e-9)
    again = fitted(magnitudes, errors, "HM-STAR", a_v=a_v, of=given_one)
    np.testing.assert_array_equal(again.places[:, 0], models)
    np.testing.assert_allclose(again.magnitudes, fits.magnitudes, atol=1e-9)
    assert set(fitted(magnitudes, errors, "HM-STAR", a_v=4.01, of=given_one).reason) == {
        REASONS.index("A_V is missing or out of range")
    }


def test_extinction_between_two_steps_is_interpolated_to_a_millimagnitude():
    """The error grows as the square of the step: a quarter of what a step twice as wide makes of
    the middle one.
    """
    light = translator(extinction="column").predicted[[19, 20, 21], :27]
    error = np.abs(-2.5 * np.log10(np.sqrt(light[0] * light[2]) / light[1])).max(axis=0) / 4
    assert error.max() < 1e-3 and error[2:].max() < 1e-4  # the first two filters are ultraviolet
    of = translator(extinction="column")
    magnitudes, errors = photometry(np.arange(27), of=of)
    low, middle, high = (
        of.fit(np.tile([7, 8, 0, 0], (27, 1)), magnitudes, errors, np.full(27, a_v))
        for a_v in (2.0, 2.05, 2.1)
    )
    assert ((low.magnitudes < middle.magnitudes) & (middle.magnitudes < high.magnitudes))[
        :, :2
    ].all()


def test_a_spectral_type_picks_the_nearest_template():
    read = {
        name: nearest_type(name)
        for name in (
            "K5V",
            "M1.5Ve",
            "G8III",
            "sdB",
            "B2.5",
            "A",
            "L0",
            " f6 V",
            "DA2",
            "WN5",
            "",
            None,
        )
    }
    assert read == {
        "K5V": "K5",
        "M1.5Ve": "M2",
        "G8III": "G8",
        "sdB": "B5",
        "B2.5": "B2",
        "A": "A5",
        "L0": "M6",
        " f6 V": None,
        "DA2": None,
        "WN5": None,
        "": None,
        None: None,
    }
    magnitudes, errors = photometry(np.arange(27))
    of = translator()
    fits = fitted(magnitudes, errors, "LM-STAR", "M4V")
    assert set(of.models.template[fits.places[:, 0]]) == {"M4"}
    # none can be read: all are tried
    assert len(set(fitted(magnitudes, errors, "LM-STAR", "DA2").places[:, 0])) == 27
    assert of.ranges("AGN", "M4V") == of.ranges("AGN")


def test_the_fallback_is_taken_where_the_first_family_has_no_light():
    of = Translator(Setting.read(text()))
    of.seen[:, slice(*of.models.rows("agn_composite")), INPUTS.index("twomass_Ks")] = 0
    magnitudes, errors = photometry(np.arange(30, 40))
    fits = fitted(magnitudes, errors, "AGN", of=of)
    assert set(of.models.family[fits.places[:, 0]]) == {"power_law"} and set(fits.places[:, 3]) == {
        1
    }
    magnitudes[:, INPUTS.index("twomass_Ks")] = np.nan
    assert set(of.models.family[fitted(magnitudes, errors, "AGN", of=of).places[:, 0]]) == {
        "agn_composite"
    }
    of.seen[:] = 0
    assert set(fitted(magnitudes, errors, "AGN", of=of).reason) == {
        REASONS.index("no model has light in all bands")
    }


def test_gaia_magnitudes_count_as_vega_or_ab():
    models = np.array([10])
    magnitudes, errors = photometry(models)
    published = fitted(magnitudes, errors, "HM-STAR", of=translator(gaia_system="ab"))
    assert published.numbers[0, 0] > 1000 * fitted(magnitudes, errors, "HM-STAR").numbers[0, 0] + 1
    as_ab = magnitudes.copy()
    as_ab[:, [INPUTS.index(name) for name in ("gaia_bp", "gaia_g", "gaia_rp")]] += [
        0.0154133401,
        0.1136777774,
        0.3560882381,
    ]
    assert fitted(as_ab, errors, "HM-STAR", of=translator(gaia_system="ab")).numbers[0, 0] < 1e-15


def test_any_output_filters_are_served():
    names = ["lsst_baseline_u", "lsst_baseline_y", "roman_wfi_f213", "HST/WFC3_UVIS2.F606W"]
    of = translator(output_filters=names)
    magnitudes, errors = photometry(np.arange(27), of=of)
    fits = fitted(magnitudes, errors, "LM-STAR", of=of)
    y = magnitudes[:, INPUTS.index("panstarrs_y")]
    assert np.median(np.abs(fits.magnitudes[:, 1] - y)) < 0.03
    np.testing.assert_array_equal(of.systematic, [0.4, 0, 0, 0])


@pytest.fixture
def connection():
    """A database with the function, on two threads and tables of many small parts."""
    connection = duckdb.connect(config={"threads": 2})
    sed_fit.register(connection)
    return connection


def in_sql(connection, rows, setting=None):
    """Return the structs of rows (class, spectral type, magnitudes, errors, A_V), the filters G, J
    and H by default.
    """
    setting = setting or text(
        input_filters=["gaia_g", "twomass_J", "twomass_H"],
        output_filters=["acs_wfc_f475w", "acs_wfc_f814w"],
    )
    kinds = ("varchar", "varchar", "double[]", "double[]", "double")
    values = ", ".join("(" + ", ".join(f"?::{kind}" for kind in kinds) + ")" for _ in rows)
    return [
        row[0]
        for row in connection.execute(
            f"select sed_fit(?, a, b, c, d, e) from (values {values}) as t(a, b, c, d, e)",
            [setting, *(value for row in rows for value in row)],
        ).fetchall()
    ]


def test_every_bad_row_has_its_reason_and_the_others_their_fit(connection):
    good, errors = [15.0, 13.5, 13.0], [0.01, 0.02, 0.02]
    found = in_sql(
        connection,
        [
            ("LM-STAR", None, good, errors, None),
            ("LM-STAR", None, None, None, None),
            ("LM-STAR", None, [None] * 3, errors, None),
            ("LM-STAR", None, [15.0, None, float("nan")], errors, None),
            ("LM-STAR", None, good, [0.01, -0.02, 0.02], None),
            ("SNR", None, good, errors, None),
            ("BLAZAR", None, good, errors, None),
            (None, None, good, None, None),
            ("AGN", "K5", good, [None, 0, 0.1], None),
        ],
    )
    assert [row["reason"] for row in found] == [
        None,
        "no magnitudes",
        "no magnitudes",
        "fewer than 3 bands",
        "an error is negative",
        "no models for the class",
        "no models for the class",
        None,
        None,
    ]
    assert [row["n_bands"] for row in found] == [3, 0, 0, 1, 3, 3, 3, 3, 3]
    for row in found:
        empty = {name for name, value in row.items() if value is None} - {
            "reason",
            "template",
            "parameter",
        }
        assert empty == (
            set()
            if row["reason"] is None
            else set(row)
            - {"n_bands", "anchor", "reason", "template", "parameter"}
            - (set() if row["n_bands"] else {"none"})
            | ({"anchor"} if not row["n_bands"] else set())
        )
    assert (
        found[0]["anchor"] == "twomass_H"
        and found[0]["model"] == "stellar_atlas"
        and len(found[0]["magnitudes"]) == 2
    )


@pytest.mark.parametrize("normalisation", ["anchor", "least_squares"])
@pytest.mark.parametrize("nothing", [99.0, 999.0, -99.0, -999.0, float("inf")])
def test_a_magnitude_that_stands_for_no_detection_is_missing(nothing, normalisation):
    of = translator(normalisation=normalisation)
    magnitudes, errors = photometry(np.array([5, 20]), noise=0.05, of=of)
    magnitudes[:, 4:] = np.nan
    missing = fitted(magnitudes, errors, "LM-STAR", of=of)
    magnitudes[:, 4:] = nothing
    again = fitted(magnitudes, errors, "LM-STAR", of=of)
    np.testing.assert_array_equal(again.places, missing.places)
    np.testing.assert_array_equal(again.magnitudes, missing.magnitudes)
    assert again.places[:, 2].tolist() == [4, 4]
    magnitudes[:, 1:] = nothing
    assert [REASONS[one] for one in fitted(magnitudes, errors, "LM-STAR", of=of).reason] == [
        "fewer than 3 bands"
    ] * 2
    magnitudes[:] = nothing
    assert [REASONS[one] for one in fitted(magnitudes, errors, "LM-STAR", of=of).reason] == [
        "no magnitudes"
    ] * 2


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(allow_nan=True), min_size=11, max_size=11),
    st.lists(st.floats(allow_nan=True), min_size=11, max_size=11),
    st.sampled_from(["anchor", "least_squares"]),
)
def test_no_photometry_stops_the_fit(magnitudes, errors, normalisation):
    """A fit is of finite numbers, whatever was given."""
    fits = fitted(
        np.array([magnitudes]), np.array([errors]), of=translator(normalisation=normalisation)
    )
    assert (
        fits.reason[0] != FITTED or np.isfinite([*fits.numbers[0, :3], *fits.magnitudes[0]]).all()
    )


@pytest.mark.parametrize(
    ("setting", "fault"),
    [
        (text(output_filters=["F999W"]), "unknown filter F999W"),
        (text(output_filters=[]), "sed_output_filters: none"),
        (text(colour=1), "unknown setting colour"),
        (
            text(normalisation="median"),
            "sed_normalisation: median, must be one of anchor, least_squares",
        ),
        (text(input_filters=["gaia_g"] * 3), "each once"),
        (text(error_floor_mag=-1), "must not be negative"),
    ],
)
def test_a_wrong_setting_stops_the_query(connection, setting, fault):
    with pytest.raises(duckdb.Error, match=fault):
        in_sql(connection, [("AGN", None, [15.0] * 11, None, None)], setting)


def test_lists_of_another_length_stop_the_query(connection):
    with pytest.raises(duckdb.Error, match="sed_fit: 2 magnitudes, but 3 input filters"):
        in_sql(connection, [("AGN", None, [15.0, 14.0], None, None)])


def test_the_same_source_has_the_same_bits_in_any_company(connection):
    """In one call, row by row, and in SQL on one and two threads."""
    of = translator(extinction="column", normalisation="least_squares")
    rng = np.random.default_rng(6)
    magnitudes, errors = photometry(rng.integers(0, 194, 5000), noise=0.05, of=of)
    magnitudes[rng.random(magnitudes.shape) < 0.3] = np.nan
    a_v = rng.uniform(0, 5, 5000)
    together = of.fit(np.tile(of.ranges(None), (5000, 1)), magnitudes, errors, a_v)
    for row in range(0, 5000, 500):
        alone = of.fit(np.array([of.ranges(None)]), magnitudes[[row]], errors[[row]], a_v[[row]])
        np.testing.assert_array_equal(alone.magnitudes[0], together.magnitudes[row])
    table = pa.table({"row": range(5000), "m": lists(magnitudes), "e": lists(errors), "a_v": a_v})
    connection.register("given", table)
    answers = []
    for threads in (1, 2):
        connection.execute(f"set threads = {threads}")
        connection.execute("create or replace table sources as from given order by hash(row)")
        answers.append(
            connection.execute(
                "select md5(string_agg(fit::varchar, ' ' order by row)) from (select row, sed_fit(?, null, null, m, e, a_v) as fit from sources)",
                [text(extinction="column", normalisation="least_squares")],
            ).fetchall()
        )
    assert answers[0] == answers[1]
    kept = connection.execute(
        "select sed_fit(?, null, null, m, e, a_v).chi2_reduced as chi2 from given",
        [text(extinction="column", normalisation="least_squares")],
    )
    np.testing.assert_array_equal(
        np.ma.filled(kept.fetchnumpy()["chi2"], np.nan), together.numbers[:, 0]
    )
    assert (together.reason == FITTED).mean() > 0.95
