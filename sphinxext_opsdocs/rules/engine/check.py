"""Facts and context to findings: runs every rule, and stamps what it reports."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from sphinxext_opsdocs.canonical.section import SourceKind
from sphinxext_opsdocs.config.confidence import CONFIDENCES, is_enough
from sphinxext_opsdocs.config.schema import is_on, severity_of
from sphinxext_opsdocs.facts.model import Ignore, Place
from sphinxext_opsdocs.findings.baseline import BaselineEntry, match_baseline
from sphinxext_opsdocs.findings.finding import (
    Fault,
    Finding,
    counted_noun,
    fingerprint,
    printable,
    sort_findings,
)
from sphinxext_opsdocs.findings.result import CheckResult, Reach
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.nodes import CanonicalEdge
from sphinxext_opsdocs.rules import RULES, RULES_BY_NAME, Context, Rule
from sphinxext_opsdocs.rules.baseline_stale import baseline_stale

__all__ = ["check"]


class _Outcome(Struct, frozen=True):
    """The faults of one rule, before they have a severity."""

    faults: tuple[Fault, ...]
    reach: Reach


def check(
    graph: TraceabilityGraph,
    today: date,
    owners: Collection[str] = (),
    rules: Iterable[Rule] = RULES,
) -> CheckResult:
    """Run every rule, or some, in order; a rule on prose only where it is on."""
    ignores = _Ignores(graph, today)
    fixed: list[BaselineEntry] = []
    # two of its sequences grow while the rules run: the last rules report on the ones before
    context = Context(graph, today, RULES_BY_NAME, owners, ignores.used, fixed)
    sources = (source for group in graph.sources.values() for source in group)
    has_limits = not all(source.kind.is_complete for source in sources)
    baseline = graph.inputs.baseline
    findings: list[Finding] = []
    reach: list[Reach] = []
    for rule in rules:
        # it is the last rule: what no finding of the others matches is fixed
        if rule is baseline_stale and baseline is not None:
            # what was known of a page that cannot be read is neither there nor fixed
            unreadable = graph.inputs.unreadable_pages
            entries = [entry for entry in baseline if entry.document not in unreadable]
            findings, unmatched = match_baseline(findings, entries, graph.documents)
            fixed += unmatched
        outcome = _run(rule, context, has_limits)
        findings += _stamped(rule, outcome.faults, graph, ignores)
        reach.append(outcome.reach)
    findings = _once_in_line(_once_in(graph.inputs.conf_py_path, findings))
    pages = graph.inputs.pages or tuple(graph.documents)
    # a page in a governed folder is governed, although it may lack its header
    governed = {document.facts.docname for document in graph.governed}
    governed.update(filter(graph.is_governed_folder, pages))
    return CheckResult(
        tuple(sort_findings(findings)),
        tuple(reach),
        baseline is not None,
        len(pages),
        len(governed),
    )


def _once_in(path: str, findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings, with one for each fault of a file that adds text to every page.

    A recorded one comes first, so that a new page makes no new finding of it; then one that no
    page suppresses.
    """
    unique: list[Finding] = []
    groups: dict[tuple[str, Place, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.place.path == path:
            groups[finding.rule, finding.place, finding.message].append(finding)
        else:
            unique.append(finding)
    unique += (min(group, key=_by_precedence) for group in groups.values())
    return unique


def _once_in_line(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings, with one for all on prose that a rule has on one line.

    New, known and suppressed ones stay apart, so that none hides another.
    """
    groups: dict[tuple[object, ...], list[Finding]] = defaultdict(list)
    for finding in findings:
        state = bool(finding.baseline_date), finding.suppressed
        # any other rule reports things of which each is to be corrected by itself
        key = finding.fingerprint
        if RULES_BY_NAME[finding.rule].judges_prose:
            key = ""
        groups[finding.rule, finding.docname, finding.place, state, key].append(finding)
    return [_merged(group) for group in groups.values()]


def _merged(group: Sequence[Finding]) -> Finding:
    """Return the surest finding of a line, for all of them."""
    if len(group) == 1:
        return group[0]
    first, *others = sorted(group, key=lambda finding: CONFIDENCES.index(finding.confidence))
    related = dict.fromkeys(other for finding in (first, *others) for other in finding.related)
    return replace(
        first,
        message=f"{first.message} (and {len(others)} more on this line)",
        related=tuple(related),
        further=tuple(finding.content for finding in others),
        baseline_date=min(finding.baseline_date for finding in group),
    )


def _by_precedence(finding: Finding) -> tuple[bool, str, str]:
    return not finding.baseline_date, finding.suppressed, finding.docname


def _run(rule: Rule, context: Context, has_limits: bool) -> _Outcome:
    """Run one rule. Without limits no source of sections lacks anything, so none is asked."""
    config = context.graph.config
    if rule.judges_prose and not is_on(config, rule.name):
        return _Outcome((), Reach(rule.name, 0, 0))
    faults: list[Fault] = []
    skipped: Counter[tuple[str, SourceKind]] = Counter()
    places = fired = 0
    for subject in rule.over(context.graph):
        limit = _limit(rule, subject) if has_limits else None
        if limit:
            skipped[limit] += 1
            continue
        places += 1
        new = list(rule.check(subject, context))
        fired += any(is_enough(fault.confidence, config.min_confidence) for fault in new)
        faults += new
    if rule.count_places:
        places = rule.count_places(context.graph)
    faults += _notes(rule, skipped, context.graph.inputs.config_place())
    return _Outcome(tuple(faults), Reach(rule.name, places, fired))


def _limit(rule: Rule, subject: object) -> tuple[str, SourceKind] | None:
    """Spec domain and kind of source of a reference, where that source is too poor for the rule."""
    if rule.needs is None or not isinstance(subject, CanonicalEdge):
        return None
    section = subject.resolution.section
    if section is None or rule.needs.is_met(section):
        return None
    return section.domain_key, section.kind


def _notes(rule: Rule, skipped: Counter[tuple[str, SourceKind]], place: Place) -> Iterator[Fault]:
    """One fault for all references of a spec domain that share a limit."""
    if rule.needs is None:
        return
    by_name = {(domain, kind.name): (kind, number) for (domain, kind), number in skipped.items()}
    for (domain, name), (kind, number) in sorted(by_name.items()):
        references = counted_noun(number, "reference")
        yield Fault(
            f'{references} to spec domain "{domain}" cannot be checked: {kind.title} '
            f"{rule.needs.note}",
            place,
            "",
            f"{domain} {name}",
            is_note=True,
        )


def _stamped(
    rule: Rule, faults: Iterable[Fault], graph: TraceabilityGraph, ignores: _Ignores
) -> Iterator[Finding]:
    """The faults of a rule as findings, less those that are switched off."""
    occurrences: Counter[tuple[str, str]] = Counter()
    for fault in faults:
        # also those that are off are counted, and use their ignore: switching a rule off on some
        # pages neither renames the other findings nor makes an exception look unused
        occurrence = occurrences[fault.docname, fault.key]
        occurrences[fault.docname, fault.key] += 1
        suppressed = ignores.reason(rule.name, fault)
        severity = severity_of(graph.config, rule.name, rule.severity, fault.docname)
        if severity == "off" or not is_enough(fault.confidence, graph.config.min_confidence):
            continue
        is_note = fault.is_note or fault.confidence != "high"
        yield Finding(
            rule=rule.name,
            severity="info" if is_note else severity,
            message=printable(fault.message),
            place=fault.place,
            docname=fault.docname,
            fingerprint=fingerprint(rule.name, fault.docname, fault.key, occurrence),
            content=fingerprint(rule.name, "", fault.key, occurrence),
            related=fault.related,
            suppressed=printable(suppressed),
            fix=fault.fix,
            confidence=fault.confidence,
        )


class _Ignores:
    """Which faults an ``opsdocs-ignore`` covers that has not expired."""

    def __init__(self, graph: TraceabilityGraph, today: date) -> None:
        self.used: set[tuple[str, int]] = set()
        self._by_document: dict[str, list[tuple[int, Ignore]]] = defaultdict(list)
        for facts in graph.documents.values():
            for index, ignore in enumerate(facts.ignores):
                # an expired ignore covers nothing, or nobody would notice that it ended
                if ignore.is_valid(today.isoformat()):
                    self._by_document[facts.docname].append((index, ignore))

    def reason(self, rule: str, fault: Fault) -> str:
        """The reason of the first ignore that covers the fault; empty when none does."""
        reason = ""
        for index, ignore in self._by_document.get(fault.docname, ()):
            if rule in ignore.rules and ignore.covers(fault.place):
                self.used.add((fault.docname, index))
                reason = reason or ignore.reason
        return reason
