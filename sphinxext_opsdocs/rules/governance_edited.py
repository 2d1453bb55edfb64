"""The rules of the game are changed by whoever owns them."""

from __future__ import annotations

from collections.abc import Iterator

from sphinxext_opsdocs.config.classes import document_classes
from sphinxext_opsdocs.config.schema import ClassSettings, Config
from sphinxext_opsdocs.facts.model import Place
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.inputs import Inputs
from sphinxext_opsdocs.review.change_set import ChangeSet
from sphinxext_opsdocs.rules._support.changes import one
from sphinxext_opsdocs.rules.engine.base import Context, page, rule

NEW = Config(classes={"runbook": ClassSettings(required_sections=("Meaning",))})


def _reviewed(config: Config) -> Inputs:
    return Inputs(change_set=ChangeSet("main", (), {}, {}, Config(), config))


@rule(
    severity="warning",
    clauses=("review.aligned",),
    over=one,
    bad=page(inputs=_reviewed(NEW)),
    good=page(inputs=_reviewed(Config())),
    is_review=True,
)
def governance_edited(changes: ChangeSet, context: Context) -> Iterator[Fault]:
    """Classes, required fields, lifecycle, and how they are judged do not change in passing.

    A review judges by the severities and limits of its base: a change cannot switch off what it is
    held against.
    Named with the owner of governance (``review.governance_owner``), who agrees to it.
    """
    old, new = document_classes(changes.config_before), document_classes(changes.config_after)
    edited = [f'class "{key}"' for key in sorted(old | new) if old.get(key) != new.get(key)]
    before, after = changes.config_before, changes.config_after
    if before.governed != after.governed:
        edited.append("governed folders")
    if before.deviations != after.deviations:
        edited.append("limits of deviations")
    edited += [
        f'default status of "{key}"'
        for key in sorted(before.domains.keys() & after.domains.keys())
        if before.domains[key].default_status != after.domains[key].default_status
    ]
    edited += [
        f'paths of spec domain "{key}"'
        for key, domain in sorted(before.domains.items())
        if key not in after.domains or domain.paths != after.domains[key].paths
    ]
    if before.rules != after.rules:
        edited.append("severities of rules")
    if before.review != after.review:
        edited.append("limits of reviews")
    if edited:
        config = context.graph.config
        whom = config.whom(config.review.governance_owner) or "its owner"
        yield Fault(
            f"governance changed: {', '.join(edited)}; {whom} has to agree",
            Place(context.graph.inputs.config_path, 1),
            "",
            ", ".join(edited),
        )
