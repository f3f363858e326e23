"""Side-by-side measurements of speed and memory: `make bench`. Not tests: machines differ."""
