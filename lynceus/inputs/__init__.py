"""Raw tables: a simulated sky, downloads from the archives, checks."""
