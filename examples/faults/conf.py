"""A small project with one of every fault: each page is named after the rule that it breaks."""

project = "Faults"
extensions = ["myst_parser", "sphinxext_opsdocs"]
html_theme = "furo"
