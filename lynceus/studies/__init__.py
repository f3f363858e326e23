"""Comparisons with the papers on real tables."""
