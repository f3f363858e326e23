"""What every released file says of where it is from: release, date, licence, references, and whether
its sky is simulated.

References
----------
IVOA Note "Data Origin in the VO": names of the INFOs of a VOTable. FITS Standard 4.0
(2018), section 4.4.2: keywords.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lynceus.settings import PROJECT, read_yaml

# of a catalogue made of Gaia's rows (NOTICE); a simulated one is the project's own
GAIA_RIGHTS = "CC BY-SA 3.0 IGO", "https://creativecommons.org/licenses/by-sa/3.0/igo/"


@dataclass(frozen=True)
class Origin:
    """Where a file is from; `release` is unknown of Parquet, from whose bytes that name follows, and
    `is_simulated` of tables that say nothing.
    """

    is_simulated: bool | None = None
    release: str | None = None

    @property
    def creator(self):
        """Return the program and its version."""
        return f"{citation()['title']} {citation()['version']}"

    @property
    def date(self):
        """Return the date of this version of the program: equal tables make equal files on any day."""
        return citation()["date-released"].isoformat()

    @property
    def reference(self):
        """Return how to cite the program that made the file."""
        authors = " ".join(author["name"] for author in citation()["authors"])
        return f"{authors} ({citation()['date-released'].year}), {self.creator}"

    @property
    def rights(self):
        """Return name and address of the licence; (None, None) of tables that say nothing."""
        if self.is_simulated is None:
            return None, None
        licence = citation()["license"]
        ours = licence, f"https://spdx.org/licenses/{licence}.html"
        return ours if self.is_simulated else GAIA_RIGHTS

    def infos(self):
        """Return names and values of the INFOs of a VOTable."""
        rights, rights_uri = self.rights
        values = [
            ("simulated", None if self.is_simulated is None else str(self.is_simulated).lower()),
            ("resource_version", self.release or citation()["version"]),
            ("creator", self.creator),
            ("publication_date", self.date),
            ("rights", rights),
            ("rights_uri", rights_uri),
            ("citation", self.reference),
            *(("cites", paper) for paper in papers()),
        ]
        return [(name, value) for name, value in values if value is not None]

    def cards(self):
        """Return keywords, values and comments of a FITS header."""
        values = [
            ("DATE", self.date, "of the program's version, not of its run"),
            ("ORIGIN", citation()["title"], None),
            ("CREATOR", self.creator, None),
            ("RELEASE", self.release, "named after its content"),
            ("REFERENC", self.reference, None),
            ("LICENSE", self.rights[0], None),
            ("SIMULATD", self.is_simulated, "are the sources simulated?"),
        ]
        return [card for card in values if card[1] is not None]


@cache
def citation():
    """Return what CITATION.cff says."""
    return read_yaml(PROJECT / "CITATION.cff")


def papers():
    """Return the papers whose methods a catalogue rests on: their DOI, else their address, else their
    place in a journal.
    """
    return [
        f"doi:{paper['doi']}"
        if "doi" in paper
        else paper.get("url")
        or f"{paper['journal']} {paper['volume']}, {paper['start']} ({paper['year']})"
        for paper in citation()["references"]
    ]


def sky_is_simulated(connection):
    """Return whether a database is of a simulated sky, whose truth it holds."""
    (is_known,) = connection.execute(
        "select count(*) from information_schema.tables"
        " where table_schema = 'staging' and table_name = 'stg_truth'"
    ).fetchall()[0]
    return bool(
        is_known and connection.execute("select 1 from staging.stg_truth limit 1").fetchall()
    )


def lies_with_simulation(path):
    """Return whether a table, or its folder, is of a simulated sky: True, else None, as nothing says
    that it is not.
    """
    folders = [Path(path), Path(path).parent]
    return any((folder / "simulation.json").is_file() for folder in folders) or None
