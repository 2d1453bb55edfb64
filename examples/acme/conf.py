"""The operational documentation of Acme Orders, a company that does not exist."""

import os

# The calendar of this example stands still at 2026-11-23, so that nothing in it grows overdue.
os.environ.setdefault("SOURCE_DATE_EPOCH", "1795435200")

project = "Acme Orders operations"
extensions = [
    "myst_parser",
    "sphinx_needs",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinxext_opsdocs",
]
copybutton_exclude = ".linenos, .gp, .go"  # the command, without prompt and output
myst_enable_extensions = ["colon_fence", "deflist"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "Acme Orders operations"
