"""How raw tables come to lie on disk as Parquet: a simulated sky, archive downloads, or real tables."""
