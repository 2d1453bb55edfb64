"""The platform team's specifications: a project of their own, without the opsdocs extension."""

project = "Acme platform specifications"
release = "4.2"
extensions = ["myst_parser"]
html_theme = "furo"
html_baseurl = "https://specs.acme.example/platform/"
