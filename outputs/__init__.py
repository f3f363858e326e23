"""How released tables leave: Parquet, FITS and VOTable files in a folder that never changes."""
