"""Where each raw table comes from: the services, and per table its archive tables and column names.

Nothing else in this package knows an archive. The contract keeps the archives' own column names and
units, so a column comes under its own name from the first archive table unless `renamed` says
otherwise.
"""

from dataclasses import dataclass, field, replace

from lynceus.inputs.raw_tables import raw_tables


class ArchiveError(Exception):
    """What stops a download, in one message for the user."""


@dataclass(frozen=True)
class Service:
    """One TAP service and how much it is asked at a time.

    `rows_per_query`: a query whose count is above this is cut into smaller ones.
    `cones_per_query`: how many small cones share one query.
    `has_geometry`: whether its ADQL knows POINT, CIRCLE and CONTAINS. If not, it is asked for boxes
    of ra and dec, which are cut to the cones here.
    """

    name: str
    url: str
    rows_per_query: int
    cones_per_query: int
    has_geometry: bool = True


@dataclass(frozen=True)
class ArchiveTable:
    """One raw table at its service.

    `sources` maps an alias to an archive table; the first is where columns come from. `joined_on`
    are the conditions that join them. `position` are the ICRS ra and dec (deg) that cones are
    about. `renamed` maps a column of the contract to `alias.column`, or to an expression of such
    that changes the unit. `optional` columns of the contract are NULL where the service lacks them;
    any other that is missing stops the download.
    """

    name: str
    service: str
    sources: dict[str, str]
    position: tuple[str, str]
    joined_on: tuple[str, ...] = ()
    renamed: dict[str, str] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()

    @property
    def columns(self):
        """Return the ADQL, mostly `alias.column`, for each column of the contract, in its order."""
        first = next(iter(self.sources))
        return {
            column.name: self.renamed.get(column.name, f"{first}.{column.name}")
            for column in raw_tables()[self.name].columns
        }


SERVICES = {
    service.name: service
    for service in (
        # CSC's ADQL refuses CONTAINS, CIRCLE and cone_distance ("not found", as its users report),
        # so it gets boxes. Its hard row limit is not documented; 10,000 wide rows are a modest
        # answer.
        Service("csc", "http://cda.cfa.harvard.edu/csc21tap", 10_000, 50, has_geometry=False),
        # Synchronous Gaia queries are reported to end at 2,000 rows; longer answers would need a
        # job queue.
        Service("gaia", "https://gea.esac.esa.int/tap-server/tap", 2_000, 50),
        # IRSA's guide shows one CONTAINS per query; if it refuses several, use --cones-per-query 1.
        Service("irsa", "https://irsa.ipac.caltech.edu/TAP", 20_000, 50),
        # CDS answers up to 2 million rows; the tables of identifiers and measurements are not asked
        # for.
        Service("simbad", "https://simbad.cds.unistra.fr/simbad/sim-tap", 20_000, 50),
        Service("gavo", "http://dc.g-vo.org/tap", 20_000, 50),
        # Data Lab's users ask for boxes or its own q3c functions; its TAP is not known to translate
        # CONTAINS.
        Service("datalab", "https://datalab.noirlab.edu/tap", 20_000, 50, has_geometry=False),
    )
}

# The joins of the CSC's own example queries (cxc.cfa.harvard.edu/csc/faq/src-detect_mapping.html),
# with commas: its parser is reported to refuse JOIN ... ON with several conditions. A detection of
# match_type 'u' belongs to one source alone; an ambiguous one ('a') would lend its flux and
# off-axis angle to several sources.
_CSC_STACKS = (
    "m.name = a.name",
    "s.detect_stack_id = a.detect_stack_id",
    "s.region_id = a.region_id",
    "a.match_type = 'u'",
)
_CSC_OBSERVATIONS = (
    "m.name = a.name",
    "b.detect_stack_id = a.detect_stack_id",
    "b.region_id = a.region_id",
    "o.obsid = b.obsid",
    "o.obi = b.obi",
    "o.region_id = b.region_id",
    "a.match_type = 'u'",
)
_CSC_POSITION = ("m.ra", "m.dec")

TABLES = {
    table.name: table
    for table in (
        ArchiveTable("csc_master", "csc", {"m": "csc21.master_source"}, _CSC_POSITION),
        ArchiveTable(
            "csc_stack",
            "csc",
            {
                "s": "csc21.stack_source",
                "m": "csc21.master_source",
                "a": "csc21.master_stack_assoc",
            },
            _CSC_POSITION,
            _CSC_STACKS,
            renamed={"name": "m.name"},
        ),
        ArchiveTable(
            "csc_observation",
            "csc",
            {
                "o": "csc21.observation_source",
                "m": "csc21.master_source",
                "a": "csc21.master_stack_assoc",
                "b": "csc21.stack_observation_assoc",
            },
            _CSC_POSITION,
            _CSC_OBSERVATIONS,
            renamed={"name": "m.name"},
        ),
        # In DR3 gaia_source itself carries the GSP-Phot parameters and class probabilities we need:
        # no join with astrophysical_parameters. They came with DR3, so a mirror that serves EDR3
        # columns lacks them.
        ArchiveTable(
            "gaia_source",
            "gaia",
            {"g": "gaiadr3.gaia_source"},
            ("g.ra", "g.dec"),
            optional=frozenset(
                {
                    "vbroad",
                    "teff_gspphot",
                    "logg_gspphot",
                    "distance_gspphot",
                    "azero_gspphot",
                    "classprob_dsc_combmod_quasar",
                    "classprob_dsc_combmod_galaxy",
                    "classprob_dsc_combmod_star",
                }
            ),
        ),
        ArchiveTable("twomass", "irsa", {"t": "fp_psc"}, ("t.ra", "t.dec")),
        ArchiveTable("allwise", "irsa", {"w": "allwise_p3as_psd"}, ("w.ra", "w.dec")),
        ArchiveTable("catwise", "irsa", {"c": "catwise_2020"}, ("c.ra", "c.dec")),
        # Data Lab's release has every column of the FITS files, the two bands of one as name_w1 and
        # name_w2; "primary" is a reserved word there.
        ArchiveTable(
            "unwise",
            "datalab",
            {"u": "unwise_dr1.object"},
            ("u.ra", "u.dec"),
            renamed={"primary": 'u."primary"'},
            optional=frozenset({"dx_w1", "dy_w1", "dx_w2", "dy_w2"}),
        ),
        # objects whose position SIMBAD does not know lie in no cone
        ArchiveTable("simbad", "simbad", {"b": "basic"}, ("b.ra", "b.dec")),
        # the distances have no positions of their own
        ArchiveTable(
            "gaia_distance",
            "gavo",
            {"d": "gedr3dist.main", "g": "gaia.edr3lite"},
            ("g.ra", "g.dec"),
            ("d.source_id = g.source_id",),
        ),
    )
}


def configured(service, urls, rows_per_query=None, cones_per_query=None):
    """Return the service with the user's URL and sizes in place of its own.

    Parameters
    ----------
    service : str
        Name of a service.
    urls : dict of str to str
        TAP base URLs by service name, for mirrors.
    rows_per_query, cones_per_query : int, optional
    """
    own = SERVICES[service]
    return replace(
        own,
        url=urls.get(service, own.url).rstrip("/"),
        rows_per_query=rows_per_query or own.rows_per_query,
        cones_per_query=cones_per_query or own.cones_per_query,
    )
