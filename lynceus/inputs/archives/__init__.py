"""Archive downloads: CSC, Gaia, 2MASS and WISE rows in cones on the sky, by TAP, into the raw
layout.

`services` says where each raw table comes from, `cones` where on the sky, `adql` how to ask,
`client` asks one service and tries again, `columns` turns the answer into the contract's types,
`chunks` cuts a download into pieces that can be resumed, `download` puts a table together.
"""
