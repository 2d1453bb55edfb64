"""The options of ``opsdocs.toml`` and of ``opsdocs_<key>`` in conf.py, from one declaration.

Each struct below is a table: types, defaults and descriptions here are also the JSON Schema
for editors and the reference page of the documentation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from sphinxext_opsdocs.config.globs import glob_matches
from sphinxext_opsdocs.config.network import IssueSettings, Sync, Tracker

__all__ = [
    "BASELINE_FILE",
    "CONFIG_FILE",
    "DEFAULT_AGE_LIMITS",
    "INDEX_FILE",
    "ISSUES_FILE",
    "PER_FOLDER",
    "ClassSettings",
    "Config",
    "Dependent",
    "DeviationSettings",
    "IssueSettings",
    "Owner",
    "ReviewSettings",
    "Severity",
    "SpecDomain",
    "Sync",
    "Tracker",
    "config_schema",
    "is_address",
    "severity_of",
]

Severity = Literal["error", "warning", "info", "off"]
Status = Literal["Draft", "Canonical", "Deprecated", "Archived"]
CONFIG_FILE = "opsdocs.toml"
"""Beside conf.py."""
INDEX_FILE = "canonical-index.json.gz"
"""Beside objects.inv."""
BASELINE_FILE = "opsdocs-baseline.json"
ISSUES_FILE = "opsdocs-issues.json"
"""Beside conf.py."""
PER_FOLDER = "per-folder"
DEFAULT_AGE_LIMITS: dict[str, int] = {"critical": 30, "major": 90, "minor": 180}

Globs = Annotated[tuple[str, ...], Meta(description="globs over docnames; ** crosses folders")]
Files = str | tuple[str, ...]
Pattern = Annotated[str, Meta(description="a regular expression of Python's re module")]


class Owner(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who answers for documents or specifications."""

    title: Annotated[str, Meta(description="name shown on pages; the key when empty")] = ""
    contact: Annotated[str, Meta(description="where to reach the owner, shown on pages")] = ""


class ReviewSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What ``opsdocs review`` allows of a change set."""

    specifications: Annotated[
        Literal["apart", "never", "allowed"],
        Meta(
            description="whether specifications may change: not together with operational pages, "
            "not at all, or as anything else"
        ),
    ] = "apart"
    max_pages: Annotated[
        int, Meta(ge=0, description="pages that may change in meaning without a plan; 0 any")
    ] = 10
    max_restructured: Annotated[
        int,
        Meta(ge=0, description="pages that may move, split or go without a plan; 0 any"),
    ] = 3
    governance_owner: Annotated[
        str, Meta(description="key of the owner of classes, required fields and lifecycle")
    ] = ""


class SpecDomain(Struct, frozen=True, forbid_unknown_fields=True):
    """A set of specifications with one owner; references to it start with its key and a colon."""

    title: Annotated[str, Meta(description="name shown on pages; the key when empty")] = ""
    owner: Annotated[str, Meta(description="key of the owner to go to")] = ""
    tracker: Annotated[str, Meta(description="key of the tracker that takes its issues")] = ""
    paths: Annotated[
        tuple[str, ...], Meta(description="globs over the docnames of its pages in this project")
    ] = ()
    default_status: Annotated[
        Status | None,
        Meta(description="status of its pages that declare none; without it they are not live"),
    ] = None
    index: Annotated[
        Files,
        Meta(description="canonical indexes of other projects: files beside conf.py, or addresses"),
    ] = ()
    needs: Annotated[
        Files, Meta(description="needs.json files of other projects, which know ids and titles")
    ] = ()
    inventory: Annotated[
        Files, Meta(description="objects.inv files of other projects, which know labels")
    ] = ()
    base_url: Annotated[
        str,
        Meta(description="address below which its built pages stand; addresses there are targets"),
    ] = ""

    vocabulary: Annotated[
        tuple[str, ...],
        Meta(
            description="words of its subject matter, such as endpoint or field: a rule on them is "
            "reported with its owner"
        ),
    ] = ()

    def files(self) -> Iterator[tuple[str, str]]:
        """Kind of source and file, for every file of another project that it names."""
        for kind, given in (
            ("index", self.index),
            ("needs", self.needs),
            ("inventory", self.inventory),
        ):
            for file in (given,) if isinstance(given, str) else given:
                yield kind, file


class Dependent(Struct, frozen=True, forbid_unknown_fields=True):
    """Another project whose operational documents depend on the specifications of this one."""

    facts: Annotated[
        str, Meta(description="its opsdocs.json: a file beside conf.py, or an address")
    ]
    domain: Annotated[
        str, Meta(description="key of the spec domain under which it names our specifications")
    ]
    title: Annotated[str, Meta(description="name shown; the key when empty")] = ""
    base_url: Annotated[str, Meta(description="address below which its built pages stand")] = ""


class ClassSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """A document class, or what a team changes of a built-in one. Lists replace, not extend."""

    title: Annotated[str | None, Meta(description="name shown on pages")] = None
    extends: Annotated[str | None, Meta(description="class that gives all that is not set")] = None
    required_sections: Annotated[
        tuple[str, ...] | None,
        Meta(
            description="section titles; alternatives are separated by a bar: Rollback | Roll back"
        ),
    ] = None
    required_fields: Annotated[
        tuple[str, ...] | None, Meta(description="header fields that a document of the class has")
    ] = None
    file_pattern: Annotated[
        Pattern | None, Meta(description="matches the whole file name, without its suffix")
    ] = None
    title_pattern: Annotated[Pattern | None, Meta(description="matches the whole page title")] = (
        None
    )
    review_interval: Annotated[int, Meta(ge=0, description="days; 0 never")] | None = None
    verification_interval: (
        Annotated[int, Meta(ge=0, description="days between drills or real runs; 0 never")] | None
    ) = None
    canonical_reference: Annotated[
        Literal["required", "optional"] | None,
        Meta(description="whether a document with no canonical reference at all is a finding"),
    ] = None


class DeviationSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What a deviation may look like and how long it may stay open."""

    id_pattern: Annotated[Pattern, Meta(description="matches the whole id")] = (
        r"[A-Za-z][A-Za-z0-9]*([_-][A-Za-z0-9]+)*"
    )
    age_limits: Annotated[
        dict[str, Annotated[int, Meta(ge=0)]],
        Meta(description="the severities there are, and for each the days it may stay open"),
    ] = msgspec.field(default_factory=lambda: dict(DEFAULT_AGE_LIMITS))
    confirm_within: Annotated[
        int,
        Meta(ge=0, description="days in which an open one is to be observed again; 0 never"),
    ] = 90


class Config(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything a team sets."""

    governed: Annotated[
        tuple[str, ...],
        Meta(description="globs over docnames: a page there without a header is a finding"),
    ] = ()
    codeowners: Annotated[
        str,
        Meta(description="a CODEOWNERS file, relative to conf.py, whose owners are known owners"),
    ] = ""
    owners: Annotated[dict[str, Owner], Meta(description="known owners by key")] = {}
    trackers: Annotated[dict[str, Tracker], Meta(description="issue trackers by key")] = {}
    domains: Annotated[dict[str, SpecDomain], Meta(description="spec domains by key")] = {}
    classes: Annotated[
        dict[str, ClassSettings], Meta(description="document classes, added or changed")
    ] = {}
    deviations: DeviationSettings = DeviationSettings()
    issues: IssueSettings = IssueSettings()
    review: ReviewSettings = ReviewSettings()
    sync: Sync = Sync()
    dependents: Annotated[
        dict[str, Dependent],
        Meta(description="projects that depend on the specifications of this one, by key"),
    ] = {}
    show_dependents: Annotated[
        bool,
        Meta(description="whether sections of specifications show how many pages depend on them"),
    ] = False
    language: Annotated[
        str,
        Meta(
            description="language of operational pages, or a language file beside conf.py "
            "(*.toml); that of Sphinx when empty"
        ),
    ] = ""
    redirects: Annotated[
        tuple[str, ...],
        Meta(
            description="names of redirect files, looked for in the folders of specifications and "
            "above them: an old page and the new one on each line"
        ),
    ] = ("redirects",)
    rules: Annotated[
        dict[str, Severity | dict[str, dict[str, Severity]]],
        Meta(description="severity by rule; per-folder: severity by rule, by docname glob"),
    ] = {}

    def whom(self, key: str) -> str:
        """An owner as shown to people: title and contact where the registry has them."""
        owner = self.owners.get(key, Owner())
        name = owner.title or key
        return f"{name} ({owner.contact})" if owner.contact else name

    def folder_rules(self) -> Mapping[str, Mapping[str, Severity]]:
        """Severities by rule, by docname glob, in the order written."""
        folders = self.rules.get(PER_FOLDER, {})
        return folders if isinstance(folders, dict) else {}


def severity_of(config: Config, rule: str, default: Severity, docname: str) -> Severity:
    """The severity of a rule on a page: the last folder that matches wins over the global one."""
    severity = config.rules.get(rule, default)
    for glob, rules in config.folder_rules().items():
        if rule in rules and glob_matches(docname, (glob,)):
            severity = rules[rule]
    return severity if isinstance(severity, str) else default


def is_on(config: Config, rule: str) -> bool:
    """Whether a rule can report anything on some page."""
    folders = (rules.get(rule, "off") for rules in config.folder_rules().values())
    return config.rules.get(rule) != "off" or any(severity != "off" for severity in folders)


def is_address(text: str) -> bool:
    """Whether the text is a web address rather than a file, an id or a target."""
    return text.startswith(("https://", "http://"))


def config_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of opsdocs.toml."""
    schema = msgspec.json.schema(Config)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
