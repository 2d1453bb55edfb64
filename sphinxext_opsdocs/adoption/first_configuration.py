"""The first opsdocs.toml of a project, from what was found in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.adoption.survey import FoundTracker, Survey
from sphinxext_opsdocs.config.classes import LEGACY
from sphinxext_opsdocs.config.did_you_mean import toml_key
from sphinxext_opsdocs.config.lifecycle import Lifecycle

__all__ = ["SCHEMA_FILE", "first_configuration"]

SCHEMA_FILE = "opsdocs.schema.json"
"""Beside opsdocs.toml."""
HEAD = f"""\
#:schema {SCHEMA_FILE}
# Settings of opsdocs. Editors that know TOML schemas complete and explain every key.

# Pages that answer to somebody: one without a header is a finding.
"""
NO_OWNERS = """
# Who answers for pages and specifications:
# [owners.team-ops]
# title = "Operations"
# contact = "#ops"
"""
NO_DOMAIN = """
# Specifications: a reference to one is written api:label.
# [domains.api]
# title = "API contracts"
# owner = "team-api"
# tracker = "issues"
# paths = ["specs/**"]
# Those of another project are read from a copy that "opsdocs sync" fetches:
# index = "https://specs.example/canonical-index.json.gz"
"""
NO_TRACKER = """
# Where issues are raised; a deviation from a specification names one.
# [trackers.issues]
# pattern = 'OPS-(?P<number>\\d+)'
# url = "https://tracker.example/issues/{number}"
"""


def first_configuration(survey: Survey) -> str:
    """Return a commented opsdocs.toml."""
    return "".join(_parts(survey))


def _parts(survey: Survey) -> Iterator[str]:
    yield HEAD
    yield f"governed = {_array(survey.governed)}\n"
    if survey.left_out:
        yield f"# left out by their names: {', '.join(survey.left_out)}\n"
    if survey.code_owners:
        yield f"\n# Its owners are owners of pages too.\ncodeowners = {_text(survey.code_owners)}\n"
    if survey.aliases:
        yield from _header(survey)
    yield NO_OWNERS
    if survey.tracker:
        yield _tracker(survey.tracker)
    else:
        yield NO_TRACKER
    for folder in survey.specifications:
        owner = survey.specification_owners.get(folder, "")
        yield _domain(folder, "issues" if survey.tracker else "", owner)
    if not survey.specifications:
        yield NO_DOMAIN


def _header(survey: Survey) -> Iterator[str]:
    if survey.date_order:
        yield f'\n[header]\ndate_order = "{survey.date_order}"  # of dates such as 03/11/2026\n'
    yield "\n# Headers that pages have already: these names count as ours.\n[header.aliases]\n"
    for name, aliases in survey.aliases.items():
        yield f"{name} = {_array(aliases)}\n"
    yield "\n# For headers that do not say it themselves.\n[header.defaults]\n"
    yield f'class = "{LEGACY}"\nstatus = "{Lifecycle.CANONICAL}"\n'


def _tracker(tracker: FoundTracker) -> str:
    separator = "/-/" if tracker.kind == "gitlab" else "/"
    address = f"https://{tracker.host}/{tracker.project}{separator}issues/{{number}}"
    return (
        "\n# Where issues are raised; a deviation from a specification names one.\n"
        f"[trackers.issues]\nkind = {_text(tracker.kind)}\nproject = {_text(tracker.project)}\n"
        f"pattern = '#(?P<number>\\d+)'\nurl = {_text(address)}\n"
    )


def _domain(folder: str, tracker: str, owner: str) -> str:
    lines = [
        "\n# Specifications: a reference to one is written "
        f"{folder}:label, or {folder}:page#anchor.",
        f"[domains.{toml_key(folder)}]",
        f"paths = {_array([f'{folder}/**'])}",
        f'default_status = "{Lifecycle.CANONICAL}"  # of pages that declare none',
    ]
    if owner:
        lines.append(f"owner = {_text(owner)}")
    if tracker:
        lines.append(f"tracker = {_text(tracker)}")
    return "\n".join(lines) + "\n"


def _array(values: Iterable[str]) -> str:
    items = [_text(value) for value in values]
    if sum(map(len, items)) < 80:
        return f"[{', '.join(items)}]"
    return "[\n" + "".join(f"  {item},\n" for item in items) + "]"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
