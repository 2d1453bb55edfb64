"""The documentation of opsdocs, built with the extension on."""

import re
import subprocess
import sys
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

HERE = Path(__file__).parent
EXAMPLE = HERE.parent / "examples/acme"
sys.path.insert(0, str(HERE))

import fleet_demo  # noqa: E402
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
html_js_files = ["filter-rules.js"]
html_css_files = ["pictures.css"]
exclude_patterns = ["_build"]


def demo_role(name, rawtext, text, lineno, inliner, options=None, content=None):
    """Link a page of the example company, which is built beside these pages.

    ``{demo}`reports/register.html` `` shows the title of that page.
    """
    env = inliner.document.settings.env
    title, target = re.fullmatch(r"(?s)(?:(.*?)\s*<)?(.*?)>?", text).groups()
    if not title:
        source = next(EXAMPLE.glob(f"{target.removesuffix('.html')}.*"))
        title = next(line for line in source.read_text().splitlines() if line and line[0] != ":")
    if env.app.builder.format != "html":
        return [nodes.Text(title)], []
    address = f"{'../' * env.docname.count('/')}demo/{target}"
    return [nodes.reference("", title, refuri=address)], []


class PictureDirective(SphinxDirective):
    """A picture that draw_pictures.py draws, in the scheme of the reader.

    The argument is its name, the content what it shows.
    """

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """An image for each scheme, which leads to itself: a phone shows it small."""
        text = " ".join(self.content)
        name = f"_static/{self.arguments[0]}"
        if self.env.app.builder.format != "html":
            return [nodes.image("", uri=f"/{name}-light.png", alt=text)]
        links: list[nodes.Node] = []
        for scheme in ("light", "dark"):
            only = [f"only-{scheme}"]
            image = nodes.image("", uri=f"/{name}-{scheme}.png", alt=text, classes=only)
            address = f"{'../' * self.env.docname.count('/')}{name}-{scheme}.png"
            links.append(nodes.reference("", "", image, refuri=address, classes=only))
        return links


def build_demo(app, exception):
    """Build the example company below the pages, and its fleet, so that links to them work."""
    if app.builder.name != "html" or exception:
        return
    out = Path(app.outdir, "demo")
    subprocess.run([sys.executable, "-m", "sphinx", "-q", "-b", "html", EXAMPLE, out], check=True)
    fleet_demo.build_fleet(out / "fleet")


def setup(app):
    """Register what shows the example company."""
    app.add_role("demo", demo_role)
    app.add_directive("picture", PictureDirective)
    app.connect("build-finished", build_demo)
