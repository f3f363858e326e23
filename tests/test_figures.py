"""What the figures of the release and of the papers promise: equal bytes for equal rows, nothing
where there is nothing to show.
"""

from functools import partial

import duckdb
import numpy as np
import pytest

from lynceus.release.figures import (
    FIGURES,
    draw_figures,
    known_tables,
    save_figure,
    save_figures,
)
from lynceus.release.figures.papers import PAPER_FIGURES, POINT_FIGURES
from lynceus.release.figures.rows import columns_of

TESTED = (
    "['muwclass', 'lynceus', 'muwclass'][n // 20 + 1] as classifier, n < 40 as is_released, 'own' as class_set,"
    " ['random', 'field'][n % 2 + 1] as scheme"
)
CLASS = "['LM-STAR', 'AGN', 'HM-STAR', 'YSO', 'CV', 'NS'][n % 6 + 1]"
MEASURED = (
    "(n + 1) * 1e-15 as flux_s, 2e-15 as flux_m, 3e-15 as flux_h, 12 + n % 9 as gmag, n % 9 + 13.0 as bpmag, 12.0 as rpmag,"
    " null::double as jmag, null::double as hmag, null::double as kmag, null::double as w1mag, null::double as w2mag, null::double as w3mag,"
    " 2.0 as parallax, 0.1 + n % 2 as parallax_error, 500.0 + n as rgeo"
)

# function and tables of each figure by its name, of the release and of the papers
FROM_TABLES = {draw.__name__: (draw, read) for draw, read in FIGURES.items()} | {
    name: (draw, read) for name, (draw, read, _) in PAPER_FIGURES.items() if draw not in FIGURES
}
ALL = FROM_TABLES.keys() | POINT_FIGURES.keys()

# each table as a query over n, a row's number from 0
TABLES = {
    "release.xray_sources": "'X' || n as csc_name, n as csc_ra, n % 90 as csc_dec, n % 5 as n_candidates, n as gaia_source_id, 0.95 as p_counterpart",
    "release.candidate_pairs": (
        "'X' || n as csc_name, n as gaia_source_id, n % 18 + 0.5 as min_theta_mean, n % 9 as separation, 2 + n % 8 as separation_limit,"
        " n % 20 + 3.0 as phot_g_mean_mag, n % 4 + 0.1 as bp_rp, n % 7 + 1.0 as parallax, 0.1 as parallax_error,"
        " sin(n) as hard_hm, sin(n) as hard_hs, cos(n) as hard_ms, abs(sin(n)) as p_match_ind, abs(cos(n)) as p_any, abs(cos(n)) as p_i,"
        " 0.3 as score_threshold, true as nway_confident, 2.0 as csc_pos_err_major,"
        " 1.0 as csc_pos_err_minor, 0.1 as gaia_pos_err"
    ),
    "formats.best_matches": "'X' || n as csc_name, n as gaia_source_id",
    "formats.alternate_matches": "'X' || (n + 1) as csc_name, n + 1 as gaia_source_id",
    "formats.ambiguous_matches": "'X' || (n + 2) as csc_name, n + 2 as gaia_source_id",
    "release.distinguishability_tests": (
        "case when n % 2 = 0 then 'all' else '1: 0 to 3 arcmin' end as off_axis, n // 2 as bin, (n + 1) / 4 as separation_high,"
        " exp(n - 50) as p_value, case when n > 4 then exp(n - 50) end as p_value_smoothed,"
        " case when n % 2 = 0 then 3.5 end as critical_separation, 1.3 as adopted_separation"
    ),
    "match.score_reference": "(n + 1) / 50 as p_match_ind, (n + 1) / 50 as cdf",
    "release.match_thresholds": "['chance', 'youden'][n + 1] as rule, case when n = 0 then 2e-2 end as chance_probability, 0.1 + 0.3 * n as threshold",
    "match.score_importances": "'property_' || n as feature, n::double as split_percent, n / 1e3 as auc_loss, 1e-3 as auc_loss_spread",
    "release.match_reliability": "'p_any' as probability, n as bin, 9 as n_claims, n / 50 as p_mean, n / 50 as fraction_true",
    "release.match_evaluation": (
        "['nway', 'joint'][n % 2 + 1] as method, ['off-axis angle', 'Gaia density'][n // 25 + 1] as cut_by,"
        " n // 2 || ': 1 to 3 arcmin' as bin, n / 50 as completeness, case when n > 3 then n / 50 end as purity"
    ),
    "release.match_curves": "'joint' as method, n as n_chosen, n / 50 as completeness, 1 - n / 100 as purity",
    "match.primaries": "n as primary_key, 'X' || n as csc_name",
    "match.labelled_pairs": (
        "n as primary_key, n as gaia_source_id, ['positive', 'clear', 'intermediate', 'random'][n % 4 + 1] as kind, n % 4 = 0 as is_positive"
    ),
    "match.score_roc": "1 - n / 50 as p_match_ind, sqrt((n + 1) / 50) as true_positive_rate, (n + 1) / 50 as false_positive_rate",
    "match.score_thresholds": "['chance', 'youden'][n + 1] as rule, case when n = 0 then 2e-2 end as chance_probability, 0.2 + n / 10 as threshold",
    "release.class_thresholds": (
        f"{TESTED}, ['none', 'confidence', 'class_prob'][n % 3 + 1] as threshold_of, n / 50 as threshold, n / 60 as accuracy, n / 70 as balanced_accuracy,"
        " case when n > 3 then n / 80 end as macro_f1, n / 90 as mcc, 1 - n / 50 as fraction_kept, 1 - n / 60 as balanced_fraction_kept"
    ),
    "release.class_confusion": (
        f"{TESTED}, ['all', 'confident'][n % 2 + 1] as subset, {CLASS} as true_class, ['AGN', 'YSO'][n % 2 + 1] as class,"
        " 9 as n, 0.6 as fraction_of_true, 0.4 as fraction_of_predicted"
    ),
    "release.class_reliability": (
        f"{TESTED}, ['predicted', 'AGN', 'YSO'][n % 3 + 1] as of_class, n as bin, 9 as n_claims, n / 50 as p_mean, n / 50 as fraction_true"
    ),
    "release.umlcaxs_selection": (
        "case when n < 45 then 'gaussian_mixture' else 'hdbscan' end as clustering, n + 2 as n_components, -100.0 * n as bic, 9.0 as bic_std,"
        " case when n > 3 then -9.0 end as bic_gradient, 1 / (n + 1) as rand_index_seeds, n = 4 as is_chosen"
    ),
    "release.source_classes": (
        f"'X' || n // 2 as csc_name, ['muwclass', 'lynceus'][n % 2 + 1] as classifier, {CLASS.replace('n %', 'n // 2 %')} as class,"
        f" {CLASS.replace('n %', 'n // 3 %')} as coarse_class,"
        " true as is_confident, false as is_training_source"
    ),
    "sources.source_properties": f"'X' || n as csc_name, n * 7 as ra, n as dec, {MEASURED}",
    "classes.muwclass_training": f"'T' || n as csc_name, n * 7 as ra, -n as dec, {CLASS} as class, {MEASURED}",
    "sources.survey_counterparts": (
        "'X' || n // 5 as csc_name, ['gaia', 'twomass', 'allwise', 'catwise', 'unwise'][n % 5 + 1] as survey, (n + 1) / 60 as chance_probability"
    ),
    # the columns of all queries in analyses/papers/ that give the points of a figure
    "points": (
        f"'panel ' || n % 2 as panel, ['AGN', 'correct', 'ours'][n % 3 + 1] as series, {CLASS} as class, abs(sin(n)) as x, abs(cos(n)) as y, n / 50 as shade,"
        f" n / 50 as low, (n + 1) / 50 as high, ['log10 reduced chi-squared', 'F475W'][n % 2 + 1] as quantity, {CLASS} as down, 'AGN' as across,"
        " n / 50 as fraction, 9 as n, 7 * n as glon, n as glat, 'feature_' || n as feature, n / 1e3 as importance,"
        " case when n > 3 then 1e-3 end as importance_std, n % 3 = 0 as is_selected, n = 0 as is_random, n / 50 as p_mean, n / 50 as accuracy,"
        " n + 1 as n_sources, 0.02 as ece, 'X' as csc_name, n / 50 as probability, case when n > 3 then 0.1 end as error, n = 2 as is_predicted,"
        " n / 4 as min_theta_mean, n / 5 as csc_pos_err_95, 2 + n // 9 as separation_limit, 0.3 as line_arcsec, 1.0 as limit_arcsec"
    ),
}


def database(rows=50, order="n", changed=(), left_out=()):
    """Return a database with all tables the figures read; `changed` gives some of them another
    query.
    """
    connection = duckdb.connect()
    connection.execute(
        "create schema release; create schema formats; create schema match; create schema sources; create schema classes"
    )
    for table, columns in (TABLES | dict(changed)).items():
        if table not in left_out:
            few = (
                min(rows, 2)
                if table in ("match.score_thresholds", "release.match_thresholds")
                else rows
            )
            connection.execute(
                f"create table {table} as select {columns} from range({few}) as numbers (n) order by {order}"
            )
    return connection


def figures_of(connection):
    """Return every figure that can be drawn from the tables of a database, as functions."""
    tables = known_tables(connection)
    figures = {
        name: partial(draw, connection)
        for name, (draw, read) in FROM_TABLES.items()
        if tables.issuperset(read)
    }
    if "main.points" in tables:
        points = columns_of(connection.sql("from points order by glon"))
        figures |= {name: partial(draw, points) for name, draw in POINT_FIGURES.items()}
    return figures


def drawn(connection, folder):
    """Return the files' bytes by name."""
    folder.mkdir()
    paths = [path for _, path in save_figures(connection, folder, figures_of(connection), ["png"])]
    assert sorted(paths) == sorted(folder.iterdir())
    return {path.stem: path.read_bytes() for path in paths}


def figure_of(name, connection):
    """Return one figure by its name, drawn from the tables of a database."""
    return figures_of(connection)[name]()


@pytest.fixture(scope="module")
def all_figures(tmp_path_factory):
    with database() as connection:
        return drawn(connection, tmp_path_factory.mktemp("figures") / "first")


def test_each_figure_is_a_png(all_figures):
    assert set(all_figures) == ALL
    for name, content in all_figures.items():
        assert content.startswith(b"\x89PNG"), name


def test_neither_the_order_of_rows_nor_the_readers_style_changes_a_byte(all_figures, tmp_path):
    import matplotlib

    with (
        database(order="hash(n)") as connection,
        matplotlib.rc_context({"lines.linewidth": 7, "image.cmap": "jet", "axes.grid": True}),
    ):
        connection.execute("set threads = 1")
        assert drawn(connection, tmp_path / "again") == all_figures


def test_a_release_has_at_most_fifteen_figures_and_each_of_a_simulated_sky_says_so(tmp_path):
    assert len(FIGURES) <= 15
    with database() as connection:
        connection.execute("create schema staging; create table staging.stg_truth as select 1 as n")
        for _, path in save_figures(connection, tmp_path, figures_of(connection), ["svg"]):
            assert "<!-- simulated sky -->" in path.read_text(), path.name


def test_the_figures_of_a_release_are_png_and_svg_of_equal_bytes(tmp_path):
    made = []
    for folder in (tmp_path / "first", tmp_path / "second"):
        folder.mkdir()
        with database(left_out=set(TABLES) - {"release.xray_sources"}) as connection:
            made.append({path.name: path.read_bytes() for path in draw_figures(connection, folder)})
    assert made[0] == made[1] and set(made[0]) == {"sky_map.png", "sky_map.svg"}
    assert made[0]["sky_map.svg"].startswith(b"<?xml")


def test_normalised_separations_of_drawn_errors_follow_the_rayleigh_curve():
    rows = {
        "release.xray_sources": "n::varchar as csc_name, n as csc_ra, 0 as csc_dec, 1 as n_candidates, n as gaia_source_id, 0.99 as p_counterpart",
        # the quantiles of a Rayleigh distribution, of errors of 0.3 and 0.4 arcsec
        "release.candidate_pairs": (
            "n::varchar as csc_name, n as gaia_source_id, 0.5 * sqrt(-2 * ln(1 - (n + 0.5) / 5000)) as separation,"
            " 0.3 as csc_pos_err_major, 0.3 as csc_pos_err_minor, 0.4 as gaia_pos_err"
        ),
    }
    with database(rows=5000, changed=rows, left_out=set(TABLES) - set(rows)) as connection:
        axes = figure_of("normalised_separation", connection).axes[0]
    counts, expected = axes.patches[0].get_data().values, axes.lines[0].get_ydata()
    assert abs(counts - expected).max() < 3 and counts.sum() == 5000


def test_empty_tables_draw_nothing(tmp_path):
    with database(rows=0) as connection:
        assert drawn(connection, tmp_path / "empty") == {}


def test_absent_tables_draw_nothing(tmp_path):
    with database(left_out=set(TABLES) - {"release.xray_sources"}) as connection:
        assert set(drawn(connection, tmp_path / "absent")) == {"sky_map"}


def test_one_row_in_every_table_can_be_drawn(tmp_path):
    with database(rows=1) as connection:
        names = set(drawn(connection, tmp_path / "one"))
    # the one row of thresholds has none
    assert ALL - names == {"class_thresholds"}


def test_pairs_without_parallax_score_or_angle_draw_nothing(tmp_path):
    nothing = (
        "'X' || n as csc_name, n as gaia_source_id, null::double as min_theta_mean, n as separation, 1 as separation_limit,"
        " null::double as phot_g_mean_mag, null::double as bp_rp, null::double as parallax, null::double as parallax_error,"
        " null::double as hard_hm, null::double as hard_hs, null::double as hard_ms, null::double as p_match_ind, null::double as p_any,"
        " null::double as p_i, null::double as score_threshold, true as nway_confident"
    )
    read = {
        "release.candidate_pairs",
        "formats.best_matches",
        "formats.alternate_matches",
        "formats.ambiguous_matches",
    }
    with database(
        changed={"release.candidate_pairs": nothing}, left_out=set(TABLES) - read
    ) as connection:
        assert drawn(connection, tmp_path / "nulls") == {}


@pytest.mark.parametrize("name", ["perez_diaz_2026_figure_10", "perez_diaz_2026_figure_11"])
def test_maximum_median_and_minimum_of_a_hexagon_are_in_order(name):
    # every hexagon holds several values
    few = TABLES["release.candidate_pairs"].replace("n % 9 as separation", "1.0 as separation")
    few = few.replace("abs(sin(n)) as p_match_ind", "0.5 as p_match_ind")
    few = few.replace("n % 20 + 3.0 as phot_g_mean_mag", "9.0 as phot_g_mean_mag")
    few = few.replace("n % 7 + 1.0 as parallax", "2.0 as parallax")
    with database(changed={"release.candidate_pairs": few}) as connection:
        panels = figure_of(name, connection).axes[:9:3]
        highest, median, lowest = (np.asarray(axes.collections[0].get_array()) for axes in panels)
    assert (highest >= median).all() and (median >= lowest).all() and (highest > lowest).any()


def test_values_outside_the_frame_are_counted_in_the_title():
    far = TABLES["release.candidate_pairs"].replace(
        "n % 4 + 0.1 as bp_rp", "case when n = 0 then 1.0 else 99.0 end as bp_rp"
    )
    with database(changed={"release.candidate_pairs": far}) as connection:
        assert (
            figure_of("perez_diaz_2026_figure_2", connection)
            .axes[0]
            .get_title()
            .endswith("n = 1 of 50")
        )


def test_alternate_matches_may_be_empty():
    with database() as connection:
        connection.execute("delete from formats.alternate_matches")
        assert figure_of("perez_diaz_2026_figure_10", connection).axes


def test_no_text_is_smaller_than_eight_points():
    from matplotlib.text import Text

    with database() as connection:
        for name, draw in figures_of(connection).items():
            sizes = [text.get_fontsize() for text in draw().findobj(Text) if text.get_text()]
            assert min(sizes) >= 8, name


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("class_thresholds", 4 * 2),
        ("class_completeness", 2),
        ("class_purity", 2),
        ("yang_2022_figure_11", 3 * 3),
        ("yang_2022_figure_13", 2 * 2),
    ],
)
def test_every_classifier_has_its_panels(name, places):
    with database(rows=40) as connection:
        assert len(shown_panels(figure_of(name, connection))) == places


def shown_panels(figure):
    """Return the panels of a figure that are not left out."""
    return [axes for axes in figure.axes if axes.axison]


def test_a_classifier_without_confidence_has_no_panel_of_it():
    with database(rows=40) as connection:
        connection.execute(
            "delete from release.class_thresholds where classifier = 'lynceus' and threshold_of = 'confidence'"
        )
        panels = shown_panels(figure_of("class_thresholds", connection))
    shown = [(axes.get_xlabel(), axes.get_title().split(",")[0]) for axes in panels]
    assert ("least confidence", "lynceus") not in shown and len(shown) == 4 + 2


def test_panels_without_sources_are_left_out():
    with database() as connection:
        # no training source of AGN has a counterpart, and none is classified so
        connection.execute("delete from release.source_classes where class = 'AGN'")
        connection.execute(
            "update classes.muwclass_training set gmag = null, bpmag = null, rpmag = null where class = 'AGN'"
        )
        titles = [axes.get_title() for axes in shown_panels(figure_of("class_fluxes", connection))]
    assert "AGN\nwithout" in titles and "AGN\nwith counterpart" not in titles
    assert len(titles) == 6 and all(titles)


def test_bins_that_a_query_leaves_out_are_empty():
    points = {
        "panel": ["a"] * 3,
        "series": ["AGN"] * 3,
        "low": [0.0, 0.1, 0.4],
        "high": [0.1, 0.2, 0.5],
        "y": [3, 2, 1],
    }
    figure = POINT_FIGURES["rangelov_xclass_figure_6"](
        {name: np.array(values) for name, values in points.items()}
    )
    steps = figure.axes[0].patches[0].get_data()
    assert steps.values.tolist() == [3, 2, 0, 0, 1]
    np.testing.assert_allclose(steps.edges, np.arange(6) / 10)


def test_confusion_is_in_per_cent_of_the_row():
    with database() as connection:
        connection.execute(
            "create or replace table release.class_confusion as select 'muwclass' as classifier, 'field' as scheme, true as is_released,"
            " 'own' as class_set, * from (values"
            " ('all', 'AGN', 'AGN', 30, 0.75, 1.0), ('all', 'AGN', 'YSO', 10, 0.25, 0.5), ('all', 'YSO', 'YSO', 10, 1.0, 0.5),"
            " ('confident', 'AGN', 'AGN', 20, 1.0, 1.0)) as rows (subset, true_class, class, n, fraction_of_true, fraction_of_predicted)"
        )
        of_true = figure_of("class_completeness", connection).axes[0]
        of_predicted = figure_of("class_purity", connection).axes[0]
    assert [text.get_text() for text in of_true.texts] == ["75", "25", "100"]
    assert [label.get_text() for label in of_true.get_yticklabels()] == ["AGN\n40", "YSO\n10"]
    assert [text.get_text() for text in of_predicted.texts] == ["100", "50", "50"]


def test_classified_sources_are_the_confident_ones_outside_the_training_set():
    with database() as connection:
        connection.execute(
            "update release.source_classes set is_confident = false where classifier = 'lynceus'"
        )
        connection.execute(
            "update release.source_classes set is_training_source = true where class = 'AGN'"
        )
        connection.execute(
            "update release.source_classes set is_confident = null where class = 'YSO'"
        )
        panels = figure_of("yang_2022_figure_11", connection).axes
    labels = {label for axes in panels for label in axes.get_legend_handles_labels()[1]}
    titles = {axes.get_title() for axes in panels}
    assert titles == {"training set", "muwclass, confident", ""}
    assert {"CV (8)", "AGN (9)", "YSO (8)", "CV (4)"} <= labels and not {
        "AGN (4)",
        "YSO (4)",
    } & labels


def test_only_outer_panels_have_minor_ticks(tmp_path):
    with database() as connection:
        figure = figure_of("class_fluxes", connection)
    save_figure(figure, tmp_path, "class_fluxes")
    minor = {
        axes.get_subplotspec().is_first_col(): any(
            tick.tick1line.get_visible() for tick in axes.yaxis.get_minor_ticks()
        )
        for axes in shown_panels(figure)
    }
    assert minor == {True: True, False: False}


def test_series_are_told_apart_without_colour():
    from lynceus.release.figures.canvas import CLASS_SERIES, series

    looks = {
        (look["marker"], look.get("markerfacecolor"), str(look["linestyle"]))
        for look in map(series, range(10))
    }
    assert (
        len(looks) == 10
        and len({look["marker"] for look in CLASS_SERIES.values()}) == len(CLASS_SERIES) == 10
    )
