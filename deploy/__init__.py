"""How the installation runs; the only place that knows every part."""
