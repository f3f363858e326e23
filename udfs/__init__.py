"""Python that runs inside the database: the dbt plugin and the functions SQL calls."""
