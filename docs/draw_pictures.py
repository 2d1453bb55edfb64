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
from playwright.sync_api import Browser, Locator

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
from tests.docs.changed import (  # noqa: E402
    SAMPLES,
    change_example,
    change_platform,
    record_debt,
    type_sample,
)
from tests.docs.followed import TUTORIAL, follow  # noqa: E402

OUT = ROOT / "docs/_static"
RESAMPLED = Image.Resampling.LANCZOS
COLORS = 128
"""Of a picture: enough for letters and for the colours of severities, and half of the bytes."""
NEAT = """
(part, bottom) => {
  const style = document.createElement("style");
  style.textContent =
    ".content-icon-container, .mobile-header, .back-to-top { display: none !important }" +
    "article { padding: .5rem .75rem 0 }";
  document.head.append(style);
  // opened by whoever took the picture: the columns to choose from
  for (const each of part.querySelectorAll("details:not([class*=opsdocs])")) each.open = false;
  const top = part.getBoundingClientRect().top;
  for (const row of part.querySelectorAll("tbody tr")) {
    if (row.getBoundingClientRect().bottom - top > bottom) row.style.display = "none";
  }
}
"""
"""No buttons of the theme, and no row that the end of the picture would cut."""


class Picture(NamedTuple):
    """A part of a page of a documentation that is built."""

    page: str
    selector: str = ""
    """What is shown; empty for what the window shows."""
    width: int = 1280
    """Of the window, in pixels."""
    height: int = 900
    """At most, in pixels."""
    clicks: tuple[str, ...] = ()
    """What is clicked before."""
    begin: str = ""
    """Where in it the picture begins; empty for its top."""


EXAMPLE = {
    "runbook": Picture(RUNBOOK, "article", 1280, 560),
    "phone": Picture(RUNBOOK, width=360),
    "header": Picture(RUNBOOK, ".opsdocs-header", 900),
    "deviation": Picture(RUNBOOK, ".opsdocs-deviation", 900),
    "canonical-ref": Picture(RUNBOOK, ".opsdocs-canonical-ref", 900),
    "neighbourhood": Picture(RUNBOOK, ".opsdocs-neighbourhood svg"),
    "neighbourhood-phone": Picture(RUNBOOK, ".opsdocs-neighbourhood", 360),
    "specification": Picture("specs/api/http-contract.html", ".opsdocs-header", 900),
    "quote": Picture("ops/runbooks/gateway-throttling.html", ".opsdocs-quote", 900),
    "verification": Picture("ops/recovery/orders-db.html", ".opsdocs-record", 900),
    "approval": Picture("ops/recovery/orders-db.html", ".opsdocs-record >> nth=2", 900),
    "draft": Picture("ops/runbooks/remove-gateway-node.html", ".opsdocs-banner", 900),
    "drill": Picture("ops/runbooks/orders-db-failover.html", ".opsdocs-header", 900),
    "dependents": Picture("specs/api/http-contract.html", ".opsdocs-dependents", 900),
    "change": Picture("ops/deploy/orders-gateway.html", ".opsdocs-change", 900),
    "register": Picture(REGISTER, "article", height=700),
    "matrix": Picture("reports/matrix.html", "article", height=700),
    "impact": Picture(
        "reports/impact.html", "article", 1280, 700, ("th:has-text('Deviation') >> nth=1",) * 2
    ),
    "inventory": Picture("reports/inventory.html", "article", height=700),
    "on-call": Picture(ON_CALL, "article", height=700),
    "verifications": Picture(
        "reports/drills.html", "article", 1280, 700, ("th:has-text('Verified')",)
    ),
    "alerts": Picture("reports/alerts.html", "article", height=700),
    "dashboard": Picture(DASHBOARD, "article", height=700),
    "dashboard-below": Picture(
        DASHBOARD, "article", height=1000, begin=".opsdocs-dashboard-title >> nth=1"
    ),
    "needs": Picture("reports/needs.html", "article", height=500),
    "register-phone": Picture(REGISTER, "article", 360, 700),
}

CHANGED = {"suspects": Picture("reports/suspects.html", "article", height=700)}
"""Of the example in the middle of a change."""
DEBT = {"debt": Picture("reports/debt.html", "article", height=700)}
"""Of the same, with a baseline."""
GERMAN = {"german": Picture(RUNBOOK, ".opsdocs-header", 900)}
"""Of the example in another language."""
FLEET = {"fleet": Picture("index.html", "article", height=1100)}
"""Of the example as a fleet of two."""
FINDINGS = {
    "fleet-findings": Picture("index.html", "article", height=420),
    "fleet-team": Picture("teams/team-orders.html", "article", height=700),
}
"""Of the same, after a change of the platform that Acme has not fetched."""
TUTORIALS = (
    {"tutorial": Picture("ops/drain-gateway.html", "body", 900, 620)},
    {
        "tutorial-header": Picture("ops/drain-gateway.html", ".opsdocs-header", 900),
        "tutorial-deviation": Picture("ops/drain-gateway.html", ".opsdocs-deviation", 900),
    },
    {"tutorial-register": Picture("index.html", "body", 900, 620)},
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
        draw(browser, build_example(Path(folder, "german"), "furo", language="de"), GERMAN)
        build_fleet(Path(folder, "fleet"))
        draw(browser, Path(folder, "fleet"), FLEET)
        build_fleet(Path(folder, "findings"), change_platform(Path(folder, "platform")), True)
        draw(browser, Path(folder, "findings"), FINDINGS)
        builds = iter(TUTORIALS)
        for step in follow(TUTORIAL, Path(folder, "tutorial")):
            if step.command.startswith("sphinx-build"):
                draw(browser, Path(folder, "tutorial/_build"), next(builds))


def draw(browser: Browser, built: Path, pictures: dict[str, Picture]) -> None:
    """Draw pictures of pages that were built."""
    for name, (page, selector, width, height, clicks, begin) in pictures.items():
        for scheme in SCHEMES:
            with opened(browser, built / page, width, scheme) as shown:
                for clicked in clicks:
                    shown.locator(clicked).first.click()
                part = shown.locator(selector or "body").first
                first = top_of(shown.locator(begin)) - top_of(part) if begin else 0.0
                part.evaluate(NEAT, first + height)
                taken = (part if selector else shown).screenshot(timeout=10_000)
                drawn = Image.open(io.BytesIO(taken)).convert("RGB")
            top = int(SCALE * first)
            drawn = drawn.crop((0, top, drawn.width, min(drawn.height, top + SCALE * height)))
            drawn = drawn.resize((drawn.width * 5 // 8, drawn.height * 5 // 8), RESAMPLED)
            drawn.quantize(COLORS).save(OUT / f"{name}-{scheme}.png", optimize=True)


def top_of(part: Locator) -> float:
    """Where a part begins in the window, in pixels."""
    box = part.bounding_box()
    assert box
    return box["y"]


if __name__ == "__main__":
    main()
