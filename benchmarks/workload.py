"""Writes one and the same documentation twice: with our markup, and as plain Sphinx.

    python workload.py OUT DEVIATIONS

makes OUT/ours, OUT/ours-needs (with sphinx-needs and needs.json) and OUT/plain. Ten deviations a
page, one canonical section for every five deviations, two links a deviation. The plain twin says
the same and links the same: labels, admonitions, ``:ref:`` and addresses.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

OBSERVED = (
    "During a rolling restart of the ingest tier the service answered the health probe with a "
    "status code that differs from the specified one. It was seen on the staging cluster, and "
    "again after the failover of the primary zone."
)
INTRODUCTION = (
    "This page tells the engineer on call how to restart the ingest tier, which checks to make "
    "before and after, and whom to tell when one of them fails."
)
CONFIGURATION = """
governed = ["ops/**"]
[owners.team-ops]
title = "Operations"
[owners.team-api]
title = "API team"
[trackers.api-issues]
pattern = 'API-(?P<number>\\d+)'
url = "https://tracker.example/issues/{number}"
[domains.api]
title = "API contracts"
owner = "team-api"
tracker = "api-issues"
paths = ["specs/**"]
[classes.runbook]
required_sections = ["Mitigation"]
"""
CONF = """
project = 'workload'
html_theme = 'basic'
html_copy_source = False
extensions = {extensions}
"""


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def heading(title: str, underline: str) -> str:
    return f"{title}\n{underline * len(title)}\n\n"


def header(ours: bool, document_class: str, owner: str) -> str:
    fields = f":owner: {owner}\n:status: Canonical\n:version: 1.0\n:last-reviewed: 2026-11-02\n\n"
    return (f":class: {document_class}\n" if ours else "") + fields


def header_prose(document_class: str, owner: str) -> str:
    return (
        f"**{document_class}** Canonical Version 1.0 · Owner: {owner} · Reviewed 2026-11-02\n\n"
        "Operational document: it says how to run the system. On conflict the linked "
        "specification prevails.\n\n"
    )


def specification(page: int, ours: bool) -> str:
    text = header(ours, "specification", "team-api") + heading(f"Contract {page}", "=")
    text += "" if ours else header_prose("Specification", "API team")
    for section in range(page * 10, page * 10 + 10):
        text += f".. _contract-{section:05d}:\n\n" + heading(f"Section {section}", "-")
        text += (
            "The health probe is answered with a status code that tells the state of the tier.\n\n"
        )
    return text


def deviation(number: int, sections: int, ours: bool) -> str:
    section, issue = number * 7 % sections, number * 13 % sections
    if ours:
        return (
            f".. observed-deviation:: The probe answers with another status in case {number}\n"
            f"   :id: DEV-{number:05d}\n   :spec: api:contract-{section:05d}\n"
            f"   :issue: API-{issue}\n   :observed: 2026-11-02\n   :severity: major\n"
            f"   :state: open\n\n   {OBSERVED}\n\n"
        )
    return (
        f".. _dev-{number:05d}:\n\n"
        f".. admonition:: Observed deviation DEV-{number:05d}: "
        f"The probe answers with another status in case {number}\n\n"
        f"   major open Observed 2026-11-02 · diverges from :ref:`contract-{section:05d}` · issue "
        f"`API-{issue} <https://tracker.example/issues/{issue}>`__\n\n   {OBSERVED}\n\n"
    )


def runbook(page: int, sections: int, ours: bool) -> str:
    text = header(ours, "runbook", "team-ops") + heading(f"Runbook {page}", "=")
    text += "" if ours else header_prose("Runbook", "Operations")
    text += f"{INTRODUCTION}\n\n" + heading("Mitigation", "-")
    return text + "".join(deviation(n, sections, ours) for n in range(page * 10, page * 10 + 10))


def pages(deviations: int, ours: bool) -> Iterator[tuple[str, str]]:
    sections = max(deviations // 5 // 10, 1) * 10
    names = [f"specs/contract{page:04d}" for page in range(sections // 10)]
    names += [f"ops/runbook{page:05d}" for page in range(deviations // 10)]
    listed = "".join(f"   {name}\n" for name in names)
    yield "index.rst", heading("Manual", "=") + ".. toctree::\n\n" + listed
    for page in range(sections // 10):
        yield f"specs/contract{page:04d}.rst", specification(page, ours)
    for page in range(deviations // 10):
        yield f"ops/runbook{page:05d}.rst", runbook(page, sections, ours)


def main(out: Path, deviations: int) -> None:
    for name, extensions in (
        ("plain", []),
        ("ours", ["sphinxext_opsdocs"]),
        ("ours-needs", ["sphinx_needs", "sphinxext_opsdocs"]),
    ):
        conf = CONF.format(extensions=extensions)
        if name == "ours-needs":
            conf += "needs_build_json = True\n"
        write(out / name / "conf.py", conf)
        if extensions:
            write(out / name / "opsdocs.toml", CONFIGURATION)
        for path, text in pages(deviations, bool(extensions)):
            write(out / name / path, text)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
