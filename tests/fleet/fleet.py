"""A fleet of small projects, each built with real Sphinx, and the folder that watches them."""

from __future__ import annotations

import hashlib
import json
import shutil
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sphinxext_opsdocs.fleet.reading import Served, open_fleet
from sphinxext_opsdocs.fleet.refresh import RefreshSummary, refresh
from sphinxext_opsdocs.fleet.settings import read_fleet
from tests.pages import RUNBOOKS
from tests.project import (
    CONFIG,
    HEADER,
    RUNBOOK_SECTIONS_RST,
    SPEC_PAGE,
    SPECIFICATION,
    Build,
    Project,
    rst_page,
)

__all__ = [
    "DAY",
    "HOST",
    "SAME_ISSUE",
    "SPEC_TEXT",
    "Fleet",
    "Member",
    "another_page",
    "late_answers",
    "platform_page",
]

HOST = "https://docs.example"
DAY = "2026-11-23"
SPEC_TEXT = (
    "A node that is drained finishes the requests it has, for no longer than ninety seconds."
)
CONSUMER = """
[domains.platform]
title = "Platform"
owner = "team-api"
index = "{host}/platform/canonical-index.json.gz"
default_status = "Canonical"
"""


def platform_page(text: str = SPEC_TEXT) -> str:
    """The specification that the platform repository publishes, with the label ``node-drain``."""
    return rst_page(f"\n.. _node-drain:\n\nDraining\n--------\n\n{text}\n", "Nodes", SPECIFICATION)


SAME_ISSUE = "API-4711"


def another_page(body: str, **header: str) -> str:
    """A runbook with something more."""
    return rst_page(RUNBOOK_SECTIONS_RST + body, "Another page", HEADER | header)


def late_answers(number: str, issue: str, state: str = "open") -> str:
    """A deviation from the specification of platform."""
    return (
        f"\n.. observed-deviation:: Late answers\n   :id: {number}\n"
        f"   :spec: platform:node-drain\n   :issue: {issue}\n   :observed: 2026-11-01\n"
        f"   :severity: minor\n   :state: {state}\n"
        + ("   :resolved: 2026-11-10\n" if state == "resolved" else "")
        + "\n   Seen.\n"
    )


class Member:
    """A repository of the fleet."""

    def __init__(self, project: Project, name: str) -> None:
        self.project, self.name = project, name

    @classmethod
    def made(cls, folder: Path, name: str, config: str = CONFIG) -> Member:
        """A new project that publishes its bundle."""
        project = Project(folder, config=f"bundle = true\n{config}")
        project.append("conf.py", f'html_baseurl = "{HOST}/{name}/"\n')
        return cls(project, name)

    @property
    def site(self) -> Path:
        """The folder that it publishes."""
        return self.project.outdir / "html"

    def write(self, files: Mapping[str, str]) -> Member:
        """Write or change source files."""
        self.project.write(files)
        return self

    def sync(self, publisher: Member) -> None:
        """Take a copy of what another repository publishes, as ``opsdocs sync`` does."""
        data = (publisher.site / "canonical-index.json.gz").read_bytes()
        folder = self.project.srcdir / "opsdocs-sources" / publisher.name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "canonical-index.json.gz").write_bytes(data)
        row = {
            "copy": f"{publisher.name}/canonical-index.json.gz",
            "origin": f"{HOST}/{publisher.name}/canonical-index.json.gz",
            "fetched": "2026-11-20",
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        (folder.parent / "sources.jsonl").write_text(json.dumps(row) + "\n")

    def build(self, **overrides: Any) -> Build:
        """Build the site with its bundle."""
        return self.project.build(**overrides)


class Fleet:
    """The folder with fleet.toml, and the repositories that it names."""

    def __init__(self, folder: Path) -> None:
        self.root = folder
        self.folder = folder / "fleet"
        self.folder.mkdir(parents=True)
        self.members: dict[str, Member] = {}
        self.options = ""
        self.details: dict[str, str] = {}

    def member(self, name: str, config: str = CONFIG) -> Member:
        """A new repository, which is part of the fleet."""
        self.members[name] = Member.made(self.root / name, name, config)
        return self.members[name]

    @classmethod
    def found(cls, root: Path, names: Iterable[str]) -> Fleet:
        """A fleet whose projects are in a folder already."""
        shutil.rmtree(root / "fleet", ignore_errors=True)
        fleet = cls(root)
        for name in names:
            project = Project.__new__(Project)
            project.srcdir, project.outdir = root / name / "docs", root / name / "out"
            fleet.members[name] = Member(project, name)
        return fleet

    def company(self) -> Fleet:
        """Platform publishes; orders (reStructuredText) and billing (MyST) refer to it."""
        platform = self.member("platform", CONFIG.replace("specs/api/**", "specs/**"))
        platform.write({"specs/nodes.rst": platform_page()})
        platform.build()
        for name, syntax in (("orders", "rst"), ("billing", "myst")):
            member = self.member(name, CONFIG + CONSUMER.format(host=HOST))
            path, text = RUNBOOKS[syntax]
            page = text.replace("`api:rate-limits`", "`platform:node-drain`")
            page = page.replace("API-1234", f"API-{name}"[:4] + str(len(name)) * 3)
            member.write({path: page, "specs/api/limits.rst": SPEC_PAGE})
            member.sync(platform)
            member.build()
        return self

    def write(self) -> None:
        """Write fleet.toml."""
        tables = "".join(
            f'[repositories.{name}]\naddress = "{member.site.as_posix()}"\n'
            + self.details.get(name, "")
            for name, member in self.members.items()
        )
        text = f"{self.options}\n{tables}"
        tomllib.loads(text)
        (self.folder / "fleet.toml").write_text(text)

    def refresh(self, day: str = DAY, jobs: int = 2) -> RefreshSummary:
        """Write fleet.toml, fetch and check."""
        self.write()
        settings = read_fleet(self.folder)
        return refresh(self.folder, settings, date.fromisoformat(day), jobs, lambda _text: None)

    def served(self, audience: str = "") -> Served:
        """What the fleet serves."""
        return open_fleet(self.folder, audience)

    def rows(self, name: str, **filters: str) -> list[dict[str, Any]]:
        """The rows of a report."""
        found = self.served().rows(name, filters)
        return [dict(zip(found.columns, row, strict=True)) for row in found.rows]

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query over the tables."""
        return self.served()._database.rows(sql)[1]

    def rules(self) -> dict[str, list[str]]:
        """The rules of the fleet that fire, with the repositories they fire on."""
        fired: dict[str, list[str]] = {}
        for row in self.rows("findings"):
            fired.setdefault(row["rule"], []).append(row["repository"])
        return fired
