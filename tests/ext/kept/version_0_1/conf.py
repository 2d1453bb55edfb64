"""A small project with one of every fault: each page is named after the rule that it breaks."""

import os

# The calendar of this example stands still at 2026-11-23, so that nothing in it grows overdue.
os.environ.setdefault("SOURCE_DATE_EPOCH", "1795435200")

project = "Faults"
extensions = ["myst_parser", "sphinxext_opsdocs"]
html_theme = "furo"
