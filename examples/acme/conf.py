"""The operational documentation of Acme Orders, a company that does not exist."""

project = "Acme Orders operations"
extensions = ["myst_parser", "sphinx_needs", "sphinxext_opsdocs"]
myst_enable_extensions = ["colon_fence", "deflist"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "Acme Orders operations"
