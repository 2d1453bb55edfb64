"""The documentation of opsdocs, built with the extension on."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import generate_reference  # noqa: E402

generate_reference.write(HERE / "reference")

project = "opsdocs"
copyright = "2026, the opsdocs maintainers"  # noqa: A001
extensions = ["myst_parser", "sphinxext_opsdocs"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "opsdocs"
html_static_path = ["_static"]
exclude_patterns = ["_build"]
