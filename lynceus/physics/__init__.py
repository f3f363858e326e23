"""Physics: absorption, dust, filters, spectra and what X-ray bands tell."""
