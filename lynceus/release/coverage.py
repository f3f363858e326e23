"""Where on the sky the X-ray sources lie, as a multi-order coverage map (MOC)."""

from astropy import units
from astropy.io import fits

from lynceus.release.fits import fill_checksums, labels

# HEALPix order 10: cells of 3.4 arcmin, half an ACIS chip
ORDER = 10


def write_coverage(connection, path, origin):
    """Write the HEALPix cells that hold a released X-ray source as a FITS MOC.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        With the table release.xray_sources: `csc_ra`, `csc_dec` in degrees, ICRS.
    path : path
        The file to write.
    origin : Origin

    References
    ----------
    Fernique et al. (2022), MOC: Multi-Order Coverage Map 2.0, IVOA Recommendation.
    """
    from mocpy import MOC  # and with it matplotlib

    places = connection.sql("select csc_ra, csc_dec from release.xray_sources").fetchnumpy()
    moc = MOC.from_lonlat(
        places["csc_ra"] * units.deg, places["csc_dec"] * units.deg, max_norder=ORDER
    )
    moc.save(path, format="fits")
    with fits.open(path, mode="update") as hdus:
        for hdu in hdus:
            hdu.header.extend(labels(origin), unique=True)
    fill_checksums(path)
