"""The options of ``opsdocs.toml`` and of ``opsdocs_<key>`` in conf.py, from one declaration.

Each struct is a table. Types, defaults and descriptions are also the JSON Schema for editors and
the reference page of the documentation.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from sphinxext_opsdocs.config.alerts import AlertSettings
from sphinxext_opsdocs.config.confidence import Confidence
from sphinxext_opsdocs.config.documents import (
    DEFAULT_AGE_LIMITS,
    ClassSettings,
    DeviationSettings,
    HeaderSettings,
    ReviewSettings,
)
from sphinxext_opsdocs.config.globs import glob_matches
from sphinxext_opsdocs.config.network import IssueSettings, Sync, Tracker
from sphinxext_opsdocs.config.regular_expressions import Patterns
from sphinxext_opsdocs.config.remind import RemindSettings
from sphinxext_opsdocs.config.services import CatalogSettings, Service
from sphinxext_opsdocs.config.specifications import Dependent, Owner, SpecDomain
from sphinxext_opsdocs.storage import json_schema

__all__ = [
    "BASELINE_FILE",
    "BUNDLE_FILE",
    "CONFIG_FILE",
    "DEFAULT_AGE_LIMITS",
    "DOMAIN_PREFIX",
    "INDEX_FILE",
    "ISSUES_FILE",
    "METRICS_FILE",
    "PER_FOLDER",
    "AlertSettings",
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
    "is_on",
    "severity_of",
]

Severity = Literal["error", "warning", "info", "off"]
CONFIG_FILE = "opsdocs.toml"
"""Beside conf.py."""
INDEX_FILE = "canonical-index.json.gz"
"""Beside objects.inv."""
BUNDLE_FILE = "opsdocs-bundle.zip"
"""Beside objects.inv."""
BASELINE_FILE = "opsdocs-baseline.json"
ISSUES_FILE = "opsdocs-issues.json"
METRICS_FILE = "opsdocs-metrics.jsonl"
"""Beside conf.py."""
DOMAIN_PREFIX = "ops:"
"""With it, the name of a directive or role is ours, whatever other extensions register."""
PER_FOLDER = "per-folder"
"""The key of ``rules`` with severities for folders; no rule has this name."""


class Config(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """All options of a team."""

    governed: Annotated[
        tuple[str, ...],
        Meta(description="globs over docnames: a page there without a header is a finding"),
    ] = ()
    codeowners: Annotated[
        str,
        Meta(description="a CODEOWNERS file, relative to conf.py, whose owners are owners too"),
    ] = ""
    codeowners_dialect: Annotated[
        Literal["auto", "github", "gitlab"],
        Meta(
            description="the host that reads the CODEOWNERS file; auto tells it by the folder "
            ".github or .gitlab, else by headings of sections, which only GitLab has"
        ),
    ] = "auto"
    owners: Annotated[
        dict[str, Owner], Meta(description="owners of pages and specifications by key")
    ] = {}
    trackers: Annotated[dict[str, Tracker], Meta(description="issue trackers by key")] = {}
    domains: Annotated[dict[str, SpecDomain], Meta(description="spec domains by key")] = {}
    classes: Annotated[
        dict[str, ClassSettings], Meta(description="document classes, added or changed")
    ] = {}
    header: HeaderSettings = HeaderSettings()
    alerts: AlertSettings = AlertSettings()
    services: Annotated[dict[str, Service], Meta(description="services that pages name")] = {}
    catalog: CatalogSettings = CatalogSettings()
    environments: Annotated[
        tuple[str, ...],
        Meta(
            description="environments that deviations and verifications may name, such as "
            "production and staging; empty for any"
        ),
    ] = ()
    deviations: DeviationSettings = DeviationSettings()
    issues: IssueSettings = IssueSettings()
    review: ReviewSettings = ReviewSettings()
    sync: Sync = Sync()
    remind: RemindSettings = RemindSettings()
    pages: Annotated[
        bool,
        Meta(
            description="whether a site gets opsdocs-pages.json: address, owner, status and days "
            "of every governed page, for reminders"
        ),
    ] = False
    pages_contacts: Annotated[
        bool, Meta(description="whether that file also has the contacts of owners")
    ] = False
    bundle: Annotated[
        bool,
        Meta(
            description="whether a site gets opsdocs-bundle.zip, from which a fleet of "
            "repositories checks this one again"
        ),
    ] = False
    bundle_text: Annotated[
        bool,
        Meta(
            description="whether that file also has the text of pages; without it, rules on text "
            "are not checked there"
        ),
    ] = True
    dependents: Annotated[
        dict[str, Dependent],
        Meta(description="projects that depend on the specifications of this one, by key"),
    ] = {}
    short_names: Annotated[
        bool,
        Meta(
            description="whether directives and roles can be written without the prefix ops:, "
            "which always works"
        ),
    ] = True
    show_dependents: Annotated[
        bool,
        Meta(description="whether sections of specifications show how many pages depend on them"),
    ] = False
    language: Annotated[
        str,
        Meta(
            description="language of operational pages, or a language file beside conf.py "
            "(*.toml); if empty, that of Sphinx"
        ),
    ] = ""
    min_confidence: Annotated[
        Confidence,
        Meta(
            description="the least confidence of a finding that is reported; one of less than "
            "high is a note, whatever the severity of its rule"
        ),
    ] = "medium"
    redirects: Annotated[
        tuple[str, ...],
        Meta(
            description="names of redirect files, with an old page and the new one on each line; "
            "searched in the folders of specifications and above them"
        ),
    ] = ("redirects",)
    rules: Annotated[
        dict[str, Severity | dict[str, dict[str, Severity]]],
        Meta(description="severity by rule; per-folder: severity by rule, by docname glob"),
    ] = {}

    @cached_property
    def patterns(self) -> Patterns:
        """The regular expressions above, compiled when they are needed."""
        return Patterns()

    def owner_label(self, *keys: str) -> str:
        """Return owners as shown to readers, each with its contact if one is configured."""
        owners = ((self.owner_name(key), self.owners.get(key, Owner())) for key in keys)
        return ", ".join(f"{name} ({o.contact})" if o.contact else name for name, o in owners)

    def owner_name(self, *keys: str) -> str:
        """Return the titles of owners, or the keys of those that have none."""
        return ", ".join(self.owners.get(key, Owner()).title or key for key in keys)

    def folder_rules(self) -> Mapping[str, Mapping[str, Severity]]:
        """Return severities by rule, by docname glob, in configured order."""
        folders = self.rules.get(PER_FOLDER, {})
        assert isinstance(folders, dict)
        return folders


def severity_of(config: Config, rule: str, default: Severity, docname: str) -> Severity:
    """Return the severity of a rule on a page: that of the last folder that matches, if any."""
    severity = config.rules.get(rule, default)
    for glob, rules in config.folder_rules().items():
        if rule in rules and glob_matches(docname, (glob,)):
            severity = rules[rule]
    assert isinstance(severity, str)
    return severity


def is_on(config: Config, rule: str) -> bool:
    """Whether a rule can report anything on any page."""
    # a folder can switch on a rule that is off everywhere else
    folders = (rules.get(rule, "off") for rules in config.folder_rules().values())
    return config.rules.get(rule) != "off" or any(severity != "off" for severity in folders)


def is_address(text: str) -> bool:
    """Whether a text is a web address, and not a file, an id or a target."""
    return text.startswith(("https://", "http://"))


def config_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of opsdocs.toml."""
    return json_schema(Config)
