"""Facts and context to findings: runs every rule, and stamps what it reports."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from msgspec import Struct

from sphinxext_opsdocs.canonical.section import SourceKind
from sphinxext_opsdocs.config.schema import Config, is_on, severity_of
from sphinxext_opsdocs.facts.model import Ignore, Place
from sphinxext_opsdocs.findings.baseline import Entry, matched
from sphinxext_opsdocs.findings.finding import (
    Fault,
    Finding,
    counted_noun,
    fingerprint,
    printable,
    sort_findings,
)
from sphinxext_opsdocs.graph.graph import CanonicalEdge, TraceabilityGraph
from sphinxext_opsdocs.rules import RULES, Context, Rule
from sphinxext_opsdocs.rules.baseline_stale import baseline_stale
from sphinxext_opsdocs.rules.engine.base import Knowledge

__all__ = ["CheckResult", "Reach", "check", "counts"]


class Reach(Struct, frozen=True):
    """On how many places a rule could have fired, and on how many it did."""

    rule: str
    places: int
    fired: int


class CheckResult(Struct, frozen=True):
    """Findings sorted by place, suppressed and known ones too, and the reach of rules in order."""

    findings: tuple[Finding, ...]
    reach: tuple[Reach, ...]
    has_baseline: bool = False
    """Whether known findings were told from new ones."""


def check(
    graph: TraceabilityGraph,
    today: date,
    known_owners: Collection[str] = (),
    rules: Iterable[Rule] = RULES,
) -> CheckResult:
    """Run every rule, or some, in order; one that judges prose only where it is on."""
    ignores = _Ignores(graph, today)
    fixed: list[Entry] = []
    context = Context(graph, today, known_owners, ignores.used, fixed)
    findings: list[Finding] = []
    reach: list[Reach] = []
    sources = (source for found in graph.sources.values() for source in found)
    has_limits = not all(source.kind.knows_all for source in sources)
    for rule in rules:
        if rule is baseline_stale and graph.inputs.baseline is not None:
            known = graph.inputs.baseline
            findings, left = matched(findings, known, graph.documents)
            fixed += left
        places = fired = 0
        keys: Counter[tuple[str, str]] = Counter()
        unknown: Counter[tuple[str, SourceKind]] = Counter()
        find, needs = rule.check, rule.needs if has_limits else None
        is_idle = rule.judges_prose and not is_on(graph.config, rule.name)
        for subject in () if is_idle else rule.over(graph):
            if needs and (limit := _limit(needs, subject)):
                unknown[limit] += 1
                continue
            places += 1
            faults = list(find(subject, context))
            if not faults:
                continue
            fired += 1
            for fault in faults:
                identity = (fault.docname, fault.key)
                findings += _finding(rule, fault, keys[identity], graph.config, ignores)
                keys[identity] += 1
        for fault in _limit_notes(rule, unknown, graph):
            findings += _finding(rule, fault, 0, graph.config, ignores)
        reach.append(Reach(rule.name, places, fired))
    has_baseline = graph.inputs.baseline is not None
    return CheckResult(tuple(sort_findings(findings)), tuple(reach), has_baseline)


def _limit(needs: Knowledge, subject: object) -> tuple[str, SourceKind] | None:
    """Spec domain and kind of source of a reference to a section that too little is known of."""
    section = subject.resolution.section if isinstance(subject, CanonicalEdge) else None
    return (section.domain, section.kind) if section and not needs.is_known(section) else None


def _limit_notes(
    rule: Rule, unknown: Mapping[tuple[str, SourceKind], int], graph: TraceabilityGraph
) -> Iterable[Fault]:
    for (domain, kind), number in sorted(
        unknown.items(), key=lambda row: (row[0][0], row[0][1].name)
    ):
        yield Fault(
            f'spec domain "{domain}" is known from {kind.title} for '
            f"{counted_noun(number, 'reference')}: {rule.needs.otherwise if rule.needs else ''}",
            Place(graph.inputs.config_path, 1),
            "",
            f"{domain} {kind.name}",
            is_note=True,
        )


def _finding(
    rule: Rule, fault: Fault, occurrence: int, config: Config, ignores: "_Ignores"
) -> Iterable[Finding]:
    severity = severity_of(config, rule.name, rule.severity, fault.docname)
    if fault.is_note and severity != "off":
        severity = "info"
    suppressed = ignores.reason(rule.name, fault)
    if severity != "off":
        yield Finding(
            rule=rule.name,
            severity=severity,
            message=printable(fault.message),
            place=fault.place,
            docname=fault.docname,
            fingerprint=fingerprint(rule.name, fault.docname, fault.key, occurrence),
            content=fingerprint(rule.name, "", fault.key, occurrence),
            related=fault.related,
            suppressed=printable(suppressed),
        )


class _Ignores:
    """Which faults are covered by an ``opsdocs-ignore`` that has not expired."""

    def __init__(self, graph: TraceabilityGraph, today: date) -> None:
        self.used: set[tuple[str, int]] = set()
        self._by_document: dict[str, list[tuple[int, Ignore]]] = defaultdict(list)
        for facts in graph.documents.values():
            for index, ignore in enumerate(facts.ignores):
                if not ignore.until or date.fromisoformat(ignore.until) >= today:
                    self._by_document[facts.docname].append((index, ignore))

    def reason(self, rule: str, fault: Fault) -> str:
        """The reason of the first ignore that covers the fault; empty when none does."""
        reason = ""
        for index, ignore in self._by_document.get(fault.docname, ()):
            if rule in ignore.rules and (ignore.page or _covers(ignore, fault.place)):
                self.used.add((fault.docname, index))
                reason = reason or ignore.reason
        return reason


def _covers(ignore: Ignore, place: Place) -> bool:
    return any(
        span.path == place.path and span.first <= place.line <= (span.last or place.line)
        for span in ignore.spans
    )


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """Findings that stand, by severity, worst first."""
    found = Counter(finding.severity for finding in findings if finding.stands)
    return {severity: found[severity] for severity in ("error", "warning", "info")}
