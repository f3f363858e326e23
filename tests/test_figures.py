"""What the release's figures promise: PNG and SVG of each, equal bytes for equal rows, nothing where there is nothing to show."""

import duckdb
import pytest

from outputs.figures import FIGURES, draw_figures

# each table as a query over n, a row's number from 0
TABLES = {
    "release.xray_sources": "n as csc_ra, n % 90 as csc_dec, n % 5 as n_candidates",
    "release.candidate_pairs": (
        "'X' || n as csc_name, n as gaia_source_id, n % 18 + 0.5 as min_theta_mean, n % 9 as separation, 2 + n % 8 as separation_limit,"
        " n % 20 + 3.0 as phot_g_mean_mag, n % 4 + 0.1 as bp_rp, n % 7 + 1.0 as parallax, 0.1 as parallax_error,"
        " sin(n) as hard_hm, cos(n) as hard_ms, abs(sin(n)) as p_match_ind, abs(cos(n)) as p_any"
    ),
    "release.nway_matches": "n % 18 as min_theta_mean, n % 9 as separation",
    "release.best_matches": "'X' || n as csc21_name, n as gaia3_source_id",
    "release.alternate_matches": "'X' || (n + 1) as csc21_name, n + 1 as gaia3_source_id",
    "release.ambiguous_matches": "'X' || (n + 2) as csc21_name, n + 2 as gaia3_source_id",
    "release.distinguishability_tests": (
        "case when n % 2 = 0 then 'all' else '1: 0 to 3 arcmin' end as off_axis, n // 2 as bin, (n + 1) / 4 as separation_high,"
        " exp(n - 50) as p_value, case when n > 4 then exp(n - 50) end as p_value_smoothed,"
        " case when n % 2 = 0 then 3.5 end as critical_separation, 1.3 as adopted_separation"
    ),
    "release.score_cdf": (
        "(n + 1) / 50 as p_match_ind, (n + 1) / 50 as cdf, 2e-2 as chance_probability, 1e-1 as chance_threshold, 4e-1 as youden_threshold"
    ),
    "release.match_properties": "'property_' || n as feature, n::double as split_percent, n / 1e3 as auc_loss, 1e-3 as auc_loss_spread",
    "release.match_reliability": "'p_any' as probability, n as bin, 9 as n_claims, n / 50 as p_mean, n / 50 as true_share",
    "release.score_reliability": "n as bin, 9 as n_claims, n / 50 as p_mean, n / 50 as true_share",
    "release.match_evaluation": (
        "['nway', 'joint'][n % 2 + 1] as method, ['off-axis angle', 'Gaia density'][n // 25 + 1] as cut_by,"
        " n // 2 || ': 1 to 3 arcmin' as bin, n / 50 as recall, case when n > 3 then n / 50 end as purity"
    ),
    "release.match_curves": "'joint' as method, n as n_chosen, n / 50 as recall, 1 - n / 100 as purity",
    "counterparts.labelled_pairs": (
        "n as xray_key, n as gaia_source_id, ['positive', 'clear', 'intermediate', 'random'][n % 4 + 1] as kind, n % 4 = 0 as is_positive"
    ),
    "counterparts.candidates": "n as xray_key, n as gaia_source_id, n % 15 as separation_arcsec, n % 20 + 3.0 as phot_g_mean_mag",
    "counterparts.out_of_fold_scores": "n as xray_key, n as gaia_source_id, abs(sin(n)) as p_match_ind",
    "counterparts.score_thresholds": "['chance', 'youden'][n + 1] as rule, 0.2 + n / 10 as threshold",
}


def database(rows=50, order="n", changed=(), left_out=()):
    """Return a database with all tables the figures read; `changed` gives some of them another query."""
    connection = duckdb.connect()
    connection.execute("create schema release; create schema counterparts")
    for table, columns in (TABLES | dict(changed)).items():
        if table not in left_out:
            few = min(rows, 2) if table.endswith("score_thresholds") else rows
            connection.execute(f"create table {table} as select {columns} from range({few}) as numbers (n) order by {order}")
    return connection


def drawn(connection, folder):
    """Return the files' bytes by name."""
    folder.mkdir()
    paths = draw_figures(connection, folder)
    assert sorted(paths) == sorted(folder.iterdir())
    return {path.name: path.read_bytes() for path in paths}


@pytest.fixture(scope="module")
def all_figures(tmp_path_factory):
    with database() as connection:
        return drawn(connection, tmp_path_factory.mktemp("figures") / "first")


def test_each_figure_is_a_png_and_an_svg(all_figures):
    assert set(all_figures) == {f"{draw.__name__}.{kind}" for draw in FIGURES for kind in ("png", "svg")}
    for name, content in all_figures.items():
        assert content.startswith(b"\x89PNG" if name.endswith("png") else b"<?xml"), name


def test_the_same_rows_in_another_order_give_the_same_bytes(all_figures, tmp_path):
    with database(order="hash(n)") as connection:
        connection.execute("set threads = 1")
        assert drawn(connection, tmp_path / "again") == all_figures


def test_the_readers_own_style_does_not_change_a_figure(all_figures, tmp_path):
    import matplotlib

    with database() as connection, matplotlib.rc_context({"lines.linewidth": 7, "image.cmap": "jet", "axes.grid": True}):
        assert drawn(connection, tmp_path / "styled") == all_figures


def test_empty_tables_draw_nothing(tmp_path):
    with database(rows=0) as connection:
        assert drawn(connection, tmp_path / "empty") == {}


def test_absent_tables_draw_nothing(tmp_path):
    with database(left_out=set(TABLES) - {"release.xray_sources"}) as connection:
        assert set(drawn(connection, tmp_path / "absent")) == {"sky_map.png", "sky_map.svg"}


def test_one_row_in_every_table_can_be_drawn(tmp_path):
    with database(rows=1) as connection:
        names = {name.removesuffix(".png") for name in drawn(connection, tmp_path / "one") if name.endswith(".png")}
    # one pair has no rates of both kinds
    assert {draw.__name__ for draw in FIGURES} - names == {"roc_curve"}


def test_pairs_without_parallax_score_or_angle_draw_nothing(tmp_path):
    nothing = (
        "'X' || n as csc_name, n as gaia_source_id, null::double as min_theta_mean, n as separation, 1 as separation_limit,"
        " null::double as phot_g_mean_mag, null::double as bp_rp, null::double as parallax, null::double as parallax_error,"
        " null::double as hard_hm, null::double as hard_ms, null::double as p_match_ind, null::double as p_any"
    )
    with database(changed={"release.candidate_pairs": nothing}, left_out={"release.xray_sources"}) as connection:
        connection.execute("delete from release.nway_matches")
        names = set(drawn(connection, tmp_path / "nulls"))
    absent = {"candidate_colours", "separation_by_off_axis_angle", "colour_magnitude", "colour_magnitude_by_hardness", "score_by_separation"}
    assert names == {f"{draw.__name__}.{kind}" for draw in FIGURES for kind in ("png", "svg")} - {
        f"{name}.{kind}" for name in {*absent, "sky_map"} for kind in ("png", "svg")
    }


def test_values_outside_the_frame_are_counted_in_the_title(tmp_path):
    far = TABLES["release.candidate_pairs"].replace("n % 4 + 0.1 as bp_rp", "case when n = 0 then 1.0 else 99.0 end as bp_rp")
    with database(changed={"release.candidate_pairs": far}) as connection:
        figure = next(draw for draw in FIGURES if draw.__name__ == "candidate_colours")(connection)
        assert figure.axes[0].get_title().endswith("n = 1 of 50")
        drawn(connection, tmp_path / "far")


def test_alternate_matches_may_be_empty(tmp_path):
    with database() as connection:
        connection.execute("delete from release.alternate_matches")
        assert "colour_magnitude_by_hardness.svg" in drawn(connection, tmp_path / "two")


def test_no_text_is_smaller_than_eight_points():
    from matplotlib.text import Text

    with database() as connection:
        for draw in FIGURES:
            sizes = [text.get_fontsize() for text in draw(connection).findobj(Text) if text.get_text()]
            assert min(sizes) >= 8, draw.__name__
