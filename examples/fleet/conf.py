"""The example company as a fleet of two: its operations, and the platform they stand on."""

project = "Acme fleet"
extensions = ["sphinxext_opsdocs"]
html_theme = "furo"
exclude_patterns = ["_build", "fleet", "sites"]
