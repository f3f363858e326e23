"""Any number of catalogues: row by row what NWAY 4.8 gives."""

import json

import numpy as np
import pyarrow.parquet as pq
import pytest

IDS = {"xray": "xray_id", "xray_ell": "xray_id", "gaia": "gaia_id", "ir": "ir_id"}
CASES = [
    "a_circular",
    "a_minprob",
    "b_elliptical",
    "b_elliptical_both",
    "c_three",
    "c_three_percat",
    "c_three_elliptical",
]


def match_of(folder, case):
    """Return the settings of a case of cases.json as the entry of var match."""
    catalogues = []
    for number, given in enumerate(case["catalogues"]):
        key = IDS[given["file"].removesuffix(".parquet")]
        entry = {
            "name": key.removesuffix("_id"),
            "table": str(folder / given["file"]),
            "id": key,
            "ra": "ra",
            "dec": "dec",
            "error": {
                "kind": "circular" if len(given["error_columns"]) == 1 else "ellipse",
                "columns": given["error_columns"],
            },
        }
        if number:
            entry |= {"area_deg2": given["area_sqdeg"], "completeness": given["completeness"]}
        catalogues.append(entry)
    return {
        "name": case["name"],
        "radius_arcsec": case["radius_arcsec"],
        "formula": "nway",
        "acceptable_ratio": case["acceptable_prob"],
        "min_prob": case["min_prob"],
        "fakes": 0,
        "catalogues": catalogues,
    }


@pytest.mark.real
@pytest.mark.parametrize("name", CASES)
def test_rows_flags_and_probabilities_are_nways(name, real_data, matched):
    folder = real_data / "nway_parity"
    case = next(c for c in json.loads((folder / "cases.json").read_text()) if c["name"] == name)
    match = match_of(folder, case)
    theirs = pq.read_table(folder / case["output"])
    ids = [f"{catalogue['name']}_id" for catalogue in match["catalogues"]]
    ours = matched(match).rows(
        f"select * replace ({', '.join(f'coalesce({i}, -1) as {i}' for i in ids)}) from match.posteriors"
        f" inner join (select primary_key, {ids[0]} from match.primaries) using (primary_key)"
    )
    expected = {
        column: (theirs[column].fill_null(-1) if column in ids else theirs[column]).to_numpy(
            zero_copy_only=False
        )
        for column in theirs.column_names
    }
    assert len(ours["ncat"]) == case["rows"]
    order, theirs_order = (np.lexsort([rows[i] for i in ids]) for rows in (ours, expected))
    ours = {
        column: np.ma.filled(values[order].astype(float), np.nan)
        if values.dtype.kind != "i"
        else values[order]
        for column, values in ours.items()
    }
    expected = {column: values[theirs_order] for column, values in expected.items()}
    for column in (*ids, "ncat", "match_flag"):
        np.testing.assert_array_equal(ours[column], expected[column], err_msg=column)
    np.testing.assert_allclose(ours["log10_bf"], expected["dist_bayesfactor"], atol=1e-5)
    if "log10_bf_corrected" in ours and "dist_bayesfactor_corrected" in expected:
        np.testing.assert_allclose(
            ours["log10_bf_corrected"], expected["dist_bayesfactor_corrected"], atol=1e-5
        )
    for column in ("dist_post", "p_single", "p_any", "p_i"):
        if column not in ours:  # of two catalogues p_single says the same
            continue
        np.testing.assert_allclose(ours[column], expected[column], atol=1e-6, err_msg=column)
    np.testing.assert_allclose(
        np.nan_to_num(ours["separation_arcsec"]), expected["Separation_max"], atol=1e-6
    )
    for later in range(1, len(match["catalogues"])) if len(ids) > 2 else ():
        for earlier in range(later):
            names = [match["catalogues"][number]["name"] for number in (later, earlier)]
            stored = next(
                c
                for c in expected
                if c.lower()
                == f"separation_{'_'.join(case['catalogues'][n]['nway_table'].lower() for n in (later, earlier))}"
            )
            np.testing.assert_allclose(
                ours[f"separation_{names[0]}_{names[1]}"], expected[stored], atol=1e-6
            )
