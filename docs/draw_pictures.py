"""Draw the pictures of these pages from the example and the tutorial, light and dark.

What commands print is kept beside them, as text.

python docs/draw_pictures.py        # needs the extra "test" and Chromium
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs")]

from fleet_demo import build_fleet  # noqa: E402

from tests.browser.browser import (  # noqa: E402
    DASHBOARD,
    ON_CALL,
    REGISTER,
    RUNBOOK,
    SCALE,
    SCHEMES,
    build_example,
    opened,
    running_browser,
)
from tests.docs.changed import SAMPLES, change_example, record_debt, type_sample  # noqa: E402
from tests.docs.followed import TUTORIAL, follow  # noqa: E402

OUT = ROOT / "docs/_static"
RESAMPLED = Image.Resampling.LANCZOS
COLORS = 64
"""Of a picture: enough for letters, and a third of the bytes."""


class Picture(NamedTuple):
    """A part of a page of a documentation that is built."""

    page: str
    selector: str = ""
    """What is shown; empty for what the window shows."""
    width: int = 1280
    """Of the window, in pixels."""
    height: int = 900
    """At most, in pixels."""


EXAMPLE = {
    "runbook": Picture(RUNBOOK),
    "phone": Picture(RUNBOOK, width=360),
    "header": Picture(RUNBOOK, ".opsdocs-header", 900),
    "deviation": Picture(RUNBOOK, ".opsdocs-deviation", 900),
    "canonical-ref": Picture(RUNBOOK, ".opsdocs-canonical-ref", 900),
    "neighbourhood": Picture(RUNBOOK, ".opsdocs-neighbourhood svg"),
    "drill": Picture("ops/runbooks/orders-db-failover.html", ".opsdocs-header", 900),
    "dependents": Picture("specs/api/http-contract.html", ".opsdocs-dependents", 900),
    "change": Picture("ops/deploy/orders-gateway.html", ".opsdocs-change", 900),
    "register": Picture(REGISTER, "article", height=700),
    "matrix": Picture("reports/matrix.html", "article", height=700),
    "impact": Picture("reports/impact.html", "article", height=700),
    "inventory": Picture("reports/inventory.html", "article", height=700),
    "on-call": Picture(ON_CALL, "article", height=700),
    "verifications": Picture("reports/drills.html", "article", height=700),
    "alerts": Picture("reports/alerts.html", "article", height=700),
    "dashboard": Picture(DASHBOARD, "article"),
}


CHANGED = {"suspects": Picture("reports/suspects.html", "article", height=700)}
"""Of the example in the middle of a change."""
DEBT = {"debt": Picture("reports/debt.html", "article", height=700)}
"""Of the same, with a baseline."""
FLEET = {"fleet": Picture("index.html", "article", height=1100)}
"""Of the example as a fleet of two."""
TUTORIALS = (
    {"tutorial": Picture("ops/drain-gateway.html", "body", 900, 620)},
    {"tutorial-deviation": Picture("ops/drain-gateway.html", ".opsdocs-deviation", 900)},
)
"""What each build of the tutorial shows, in their order."""


def main() -> None:
    """Draw each picture in each scheme; one whose subject has gone is an error."""
    with tempfile.TemporaryDirectory() as folder, running_browser() as browser:
        draw(browser, build_example(Path(folder, "example"), "furo"), EXAMPLE)
        for name in SAMPLES:
            shown = type_sample(name, Path(folder, name))
            (OUT / f"{name}.txt").write_text(shown, encoding="utf-8")
        changed = change_example(Path(folder, "changed"))
        draw(browser, build_example(Path(folder, "suspects"), "furo", source=changed), CHANGED)
        record_debt(changed)
        draw(browser, build_example(Path(folder, "debt"), "furo", source=changed), DEBT)
        build_fleet(Path(folder, "fleet"))
        draw(browser, Path(folder, "fleet"), FLEET)
        builds = iter(TUTORIALS)
        for step in follow(TUTORIAL, Path(folder, "tutorial")):
            if step.command.startswith("sphinx-build"):
                draw(browser, Path(folder, "tutorial/_build"), next(builds))


def draw(browser: Browser, built: Path, pictures: dict[str, Picture]) -> None:
    """Draw pictures of pages that were built."""
    for name, (page, selector, width, height) in pictures.items():
        for scheme in SCHEMES:
            with opened(browser, built / page, width, scheme) as shown:
                part = shown.locator(selector).first if selector else shown
                drawn = Image.open(io.BytesIO(part.screenshot(timeout=10_000))).convert("RGB")
            drawn = drawn.crop((0, 0, drawn.width, min(drawn.height, SCALE * height)))
            drawn = drawn.resize((drawn.width * 5 // 8, drawn.height * 5 // 8), RESAMPLED)
            drawn.quantize(COLORS).save(OUT / f"{name}-{scheme}.png", optimize=True)


if __name__ == "__main__":
    main()
