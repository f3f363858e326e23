"""The measured figures of `make real` as a page to read."""

from textwrap import fill

from lynceus.studies import boosted as real_boosted
from lynceus.studies import classes as real_classes
from lynceus.studies import false_matches, property_match, published_matches
from lynceus.studies import sed as real_sed
from lynceus.studies import umlcaxs as real_umlcaxs
from lynceus.studies import xclass as real_xclass

# by their names in the results
STUDIES = {
    "property_match": property_match,
    "false_matches": false_matches,
    "published_matches": published_matches,
    "classes": real_classes,
    "sed": real_sed,
    "umlcaxs": real_umlcaxs,
    "boosted": real_boosted,
    "xclass": real_xclass,
}
PUBLISHED = {
    "cdfs": (
        'Published pairs within 5": {published_pairs}; found here: {found_here}, separations equal to'
        ' {largest_difference_arcsec:.1e}". {our_best_candidate} of them are our best candidate, and'
        " {of_matched_sources} belong to the {matched_sources} X-ray sources we match."
    ),
    "trumpler18": (
        "Published candidates: {published_candidates}; found here: {found_here} (those that moved out of the radius since"
        ' the X-ray epoch are not), separations equal to {largest_difference_arcsec:.1e}" at the Gaia epoch.'
        ' The median motion since the X-ray epoch changes them by {median_motion_arcsec:.3f}".'
    ),
    "training": (
        "A published NWAY match of the same sources (it took the 95 % axes for 1 sigma) has {published_matches}"
        " best candidates; ours is the same for {same_best_candidate}, another for {other_best_candidate}, and"
        " {no_candidate_here} have no candidate here. {matched_alike} are matched alike."
    ),
}


def report(results):
    """Return the page, Markdown, for the dict that becomes real_data.json."""
    return wrapped(
        [
            "# Measured on real data",
            "",
            f"Measured on {results['date']} at commit `{results['git_commit']}` by `{results['how']}`. Every measured number below is in",
            "`real_data.json`, with the SHA-256 of each input. The inputs are published tables and not part of this repository.",
            "",
            *_left_out(results["left_out"]),
            *(_fields(results["fields"]) if results["fields"] else ()),
            *(
                line
                for name, study in STUDIES.items()
                if name in results
                for line in study.section(results[name])
            ),
            *(_beside_simulated(results["simulated_sky"]) if "simulated_sky" in results else ()),
        ]
    )


def _left_out(reasons):
    for name, why in reasons.items():
        yield f"- Left out: `{name}`; {why}."
    if reasons:
        yield ""


def _fields(fields):
    yield "## What was built"
    yield ""
    yield from _census_table(fields)
    yield ""
    yield "*complete*: every Gaia source within the radius of every X-ray source is in the table. In the other fields only the"
    yield "nearest one is, so that they show that the build holds on real values, and cannot show how often a"
    yield "farther candidate would have been the better one."
    yield ""
    yield "## Pairs against brute force"
    yield ""
    yield "Every field's candidates beside `astropy.coordinates.search_around_sky`, which knows no proper motion."
    yield ""
    yield from _brute_force_table(fields)
    yield ""
    yield "## Beside what others published"
    yield ""
    for name, text in PUBLISHED.items():
        if "published" in fields.get(name, {}):
            yield f"- **{fields[name]['title']}.** {text.format(**fields[name]['published'])}"
    yield ""
    yield "## False associations"
    yield ""
    yield "X-ray error ellipses of NGC 3532 moved to places without X-ray source: any match is by chance. The share of sources with"
    yield "p_any above a threshold, beside that of the real sources of the same field:"
    yield ""
    yield from _threshold_table(fields)
    yield ""
    yield 'The mock tables hold every Gaia source within 3" of a mock position, the real one the nearest within 10".'
    yield "This dense field (see the density above) is where position alone is weakest."
    yield ""


def _beside_simulated(sky):
    yield "## The simulated sky beside real tables"
    yield ""
    yield f"A simulated sky (`{sky['preset']}`) of {sky['sources']} sources in {sky['pointings']} pointings (seed {sky['seed']}). D is the two-sample K-S"
    yield "statistic. Real colours, motions and hardnesses are of sources that someone had classified, with the nearest"
    yield 'counterpart within 1.3"; beside them stands the training set of the simulated sky, weighted to the same shares of'
    yield "classes. X-ray positions and fluxes are those of single fields beside those of all simulated sources. So D says how"
    yield "alike they look, and no p-value would say more."
    yield ""
    yield from _comparison_table(sky["quantities"])
    yield ""
    yield "![Distributions of the simulated sky and of real tables](simulated_vs_real.png)"
    yield ""


def wrapped(lines):
    """Return lines as Markdown text: paragraphs and list items wrapped, tables and headings as they
    are.

    Examples
    --------
    >>> print(wrapped(["Sources by", "state:", "", "- one"]))
    Sources by state:
    <BLANKLINE>
    - one
    """
    blocks = []
    for line in "\n".join(lines).split("\n"):
        is_text = bool(line) and not line.startswith(("|", "#", "!"))
        if is_text and blocks and blocks[-1] and not line.startswith("- "):
            blocks[-1].append(line)
        else:
            blocks.append([line] if is_text else [])
            if not is_text:
                blocks[-1:] = [line, []]
    return "\n".join(
        fill(
            " ".join(block),
            100,
            subsequent_indent="  " * block[0].startswith("- "),
            break_long_words=False,
            break_on_hyphens=False,
        )
        if isinstance(block, list)
        else block
        for block in blocks
        if block != []
    )


def _census_table(fields):
    yield "| field | X-ray sources | radius | complete | Gaia per arcmin2 | candidates | matched | within limit | no confident match | no candidate |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for field in fields.values():
        states = field["states"]
        yield (
            f'| {field["title"]} | {field["xray_sources"]} | {field["match_radius_arcsec"]:g}" | {"yes" if field["complete"] else "no"}'
            f" | {field['gaia_per_arcmin2']:.2f} | {field['candidates']} | {states.get('matched', 0)}"
            f" | {field['matched_within_limit']}{' (no off-axis angles)' if field['matched_without_off_axis_angle'] else ''}"
            f" | {states.get('no_confident_match', 0)} | {states.get('no_candidate', 0)} |"
        )


def _brute_force_table(fields):
    yield "| field | astropy | ours | in both | only ours, by motion | only astropy | largest difference |"
    yield "|---|---|---|---|---|---|---|"
    for field in fields.values():
        found = field["brute_force"]
        yield (
            f"| {field['title']} | {found['astropy_pairs']} | {found['our_pairs']} | {found['in_both']}"
            f' | {found["only_ours_by_motion"]} | {found["only_astropy"]} | {found["largest_difference_arcsec"]:.1e}" |'
        )


def _threshold_table(fields):
    shown = [name for name in ("mock_chance", "mock_completeness", "ngc3532") if name in fields]
    if not shown:
        return
    yield "| p_any above | " + " | ".join(fields[name]["title"] for name in shown) + " |"
    yield "|---|" + "---|" * len(shown)
    for cut in fields[shown[0]]["matched_by_p_any"]:
        cells = (fields[name]["matched_by_p_any"][cut] for name in shown)
        yield (
            f"| {cut} | "
            + " | ".join(f"{cell['share']:.3f} ({cell['sources']})" for cell in cells)
            + " |"
        )


def _comparison_table(quantities):
    yield "| quantity | real | simulated | D | real 5, 25, 50, 75, 95 % | simulated 5, 25, 50, 75, 95 % |"
    yield "|---|---|---|---|---|---|"
    for row in quantities:
        spread = (
            ", ".join(f"{value:g}" for value in row[sample]) for sample in ("real", "simulated")
        )
        yield f"| {row['quantity']} | {row['n_real']} | {row['n_simulated']} | {row['ks_statistic']:.2f} | {' | '.join(spread)} |"
