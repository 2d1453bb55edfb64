"""Governance is changed by its owner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sphinxext_opsdocs.config.classes import document_classes
from sphinxext_opsdocs.config.schema import ClassSettings, Config
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.inputs import Inputs
from sphinxext_opsdocs.review.change_set import ChangeSet
from sphinxext_opsdocs.rules._support.changes import change_sets
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import Example, page

WEAKENED = Config(classes={"runbook": ClassSettings(required_sections=("Meaning",))})


def _configured(config: Config, note: str) -> Example:
    changes = ChangeSet("main", (), {}, {}, Config(), config)
    return page(inputs=Inputs(change_set=changes), note=note)


@rule(
    severity="warning",
    clauses=("review.aligned",),
    over=change_sets,
    why="Whoever can quietly drop a required section or widen a limit can make any page pass, and "
    "the owner of governance learns of it when readers already rely on that page.",
    bad=_configured(
        WEAKENED, "``required_sections`` of class ``runbook`` changed in ``opsdocs.toml``."
    ),
    good=_configured(
        Config(), "Let the owner of governance make or approve that change, apart from the pages."
    ),
    options=("review.governance_owner",),
    scope="project",
    is_review=True,
)
def governance_edited(changes: ChangeSet, context: Context) -> Iterator[Fault]:
    """Classes, required fields, limits and severities do not change unnoticed.

    The finding names the owner of governance (``review.governance_owner``), who has to agree. A
    review judges by the severities and limits of its base, so that a change cannot switch off what
    it is judged by.
    """
    edited = [*_edited_classes(changes), *_edited_tables(changes), *_edited_domains(changes)]
    if changes.config_before.rules != changes.config_after.rules:
        edited.append("severities of rules")
    if changes.config_before.review != changes.config_after.review:
        edited.append("settings of reviews")
    if edited:
        config = context.graph.config
        owner = config.owner_label(config.review.governance_owner) or "its owner"
        yield Fault(
            f"governance changed ({', '.join(edited)}); {owner} must agree",
            context.graph.inputs.config_place(),
            "",
            ", ".join(edited),
        )


def _edited_classes(changes: ChangeSet) -> Iterator[str]:
    # compared as they apply: a class that comes to extend another one changes too
    old, new = document_classes(changes.config_before), document_classes(changes.config_after)
    yield from (f'class "{key}"' for key in sorted(old | new) if old.get(key) != new.get(key))


def _edited_tables(changes: ChangeSet) -> Iterator[str]:
    before, after = changes.config_before, changes.config_after
    if before.governed != after.governed:
        yield "governed folders"
    if before.deviations != after.deviations:
        yield "limits of deviations"
    if _people(before) != _people(after):
        yield "members and roles of owners"


def _people(config: Config) -> Mapping[str, object]:
    """Who may approve in which role, by owner; owners without members cannot approve."""
    owners = config.owners.items()
    return {key: (owner.members, owner.roles) for key, owner in owners if owner.members}


def _edited_domains(changes: ChangeSet) -> Iterator[str]:
    """Changes that turn specifications into ordinary pages, or make drafts of them live."""
    old, new = changes.config_before.domains, changes.config_after.domains
    for key in sorted(old.keys() & new.keys()):
        if old[key].default_status != new[key].default_status:
            yield f'default status of "{key}"'
    # a new spec domain takes no page out of the specifications, so only old ones are compared
    for key, domain in sorted(old.items()):
        if key not in new or domain.paths != new[key].paths:
            yield f'paths of spec domain "{key}"'
