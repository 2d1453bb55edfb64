"""How often the prose rules are right on pages of other projects, whole pages read by two readers.

    python benchmarks/unseen.py SOURCES [--half kept] [--errors]

``SOURCES`` holds clones of the repositories in ``labels/pages.csv``. A finding is right on a
sentence that both readers labelled, and half right where only one of them did. Recall is of
sentences that both labelled and one called clear; of faults also by fault, which is a run of
labelled sentences in one section. The half ``kept`` was put aside before any expression or weight
was chosen.
"""

import argparse
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from unseen_pages import CLEAR, SOFT, TORN, Sentence, read_all

from sphinxext_opsdocs.config.confidence import CONFIDENCES, Confidence
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules import RULES_BY_NAME, Context

TODAY = date(2026, 11, 26)
NORMS = ("normative_keyword", "normative_statement")
FAULTS = ("intent_claim", "workaround_outside_deviation")
RECORDS = ("workaround_unrecorded",)
GAP = 2
"""Sentences from one labelled sentence to the next one of the same fault."""


@dataclass
class Judged:
    """A sentence with its grade, and what the rules found."""

    sentence: Sentence
    grade: float
    found: Confidence | None


def find_statements(graph: TraceabilityGraph, rules: Sequence[str]) -> Mapping[int, Confidence]:
    """By identity, the statements that these rules report, with their confidence."""
    context = Context(graph, TODAY, RULES_BY_NAME)
    found: dict[int, Confidence] = {}
    for name in rules:
        rule = RULES_BY_NAME[name]
        for subject in rule.over(graph):
            for fault in rule.check(subject, context):
                found[id(subject.statement)] = fault.confidence
    return found


def judge(
    sentences: Sequence[Sentence],
    graph: TraceabilityGraph,
    rules: Sequence[str],
    kinds: Sequence[str],
    in_section_with_issue: bool | None = None,
) -> list[Judged]:
    """The sentences with their grades in some kinds of labels; faults of some sections alone."""
    found = find_statements(graph, rules)
    judged: list[Judged] = []
    for sentence in sentences:
        grades = [0.0]
        for kind in kinds:
            is_other = in_section_with_issue not in (None, sentence.has_linked_issue)
            if kind != "fault" or not is_other:
                grades.append(sentence.grades.get(kind, 0.0))
        judged.append(Judged(sentence, max(grades), found.get(id(sentence.statement))))
    return judged


def interval(share: float, number: int) -> str:
    """The 95 % interval of a share, by Wilson: https://www.jstor.org/stable/2276774."""
    if not number:
        return "-"
    z = 1.96
    middle = (share + z * z / (2 * number)) / (1 + z * z / number)
    reach = (
        z * math.sqrt(share * (1 - share) / number + z * z / (4 * number**2)) / (1 + z * z / number)
    )
    return f"{middle - reach:.2f} to {middle + reach:.2f}"


def precision(judged: Sequence[Judged], confidences: Sequence[Confidence]) -> str:
    """Right findings of some confidences, with their interval and number."""
    found = [each for each in judged if each.found in confidences]
    right = sum(1.0 if each.grade >= SOFT else 0.5 if each.grade == TORN else 0.0 for each in found)
    share = right / len(found) if found else 0.0
    return f"{share:.2f} ({interval(share, len(found))}; {len(found)})"


def recall(judged: Sequence[Judged], confidences: Sequence[Confidence]) -> str:
    """Clear sentences that were found, with their interval and number."""
    clear = [each for each in judged if each.grade == CLEAR]
    share = sum(each.found in confidences for each in clear) / len(clear)
    return f"{share:.2f} ({interval(share, len(clear))}; {len(clear)})"


def faults(judged: Sequence[Judged]) -> Iterator[list[Judged]]:
    """The runs of labelled sentences of one section with a clear one, and what is between."""
    run: list[Judged] = []
    last = 0
    for index, each in enumerate(judged):
        is_same = bool(run) and _section(run[-1]) == _section(each)
        if not is_same or index - last > GAP:
            if any(one.grade == CLEAR for one in run):
                yield run
            run = []
        if each.grade:
            run += judged[last + 1 : index + 1] if run else [each]
            last = index
    if any(one.grade == CLEAR for one in run):
        yield run


def _section(judged: Judged) -> tuple[str, str]:
    return judged.sentence.page.docname, judged.sentence.statement.section


def recall_by_fault(judged: Sequence[Judged], confidences: Sequence[Confidence]) -> str:
    runs = list(faults(judged))
    share = sum(any(each.found in confidences for each in run) for run in runs) / len(runs)
    return f"{share:.2f} ({interval(share, len(runs))}; {len(runs)})"


def show(name: str, judged: Sequence[Judged], is_of_faults: bool, has_errors: bool) -> None:
    both = CONFIDENCES[:2]
    print(
        f"| {name} | {precision(judged, CONFIDENCES[:1])} | {recall(judged, CONFIDENCES[:1])} | "
        f"{recall(judged, both)} | {precision(judged, CONFIDENCES[1:2])} |"
    )
    if is_of_faults:
        one, two = recall_by_fault(judged, CONFIDENCES[:1]), recall_by_fault(judged, both)
        print(f"| {name}, by fault | | {one} | {two} | |")
    if has_errors:
        for each in judged:
            is_wrong = each.found == "high" and each.grade < TORN
            if is_wrong or (each.grade == CLEAR and not each.found):
                statement = each.sentence.statement
                place = f"{statement.place.path}:{statement.place.line}"
                print(f"    {'false' if is_wrong else 'missed'}: {place}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("sources", type=Path)
    parser.add_argument("--half", choices=("kept", "tune"), default="kept")
    parser.add_argument("--errors", action="store_true", help="list the place of every error")
    given = parser.parse_args()
    graph, sentences = read_all(given.sources, given.half)
    print(
        "| rules | precision, high | recall, high | recall, high and medium | precision, medium |"
    )
    print("|---|---|---|---|---|")
    norms = judge(sentences, graph, NORMS, ("rule",))
    tracked = judge(sentences, graph, FAULTS, ("fault", "intent"), in_section_with_issue=False)
    records = judge(sentences, graph, RECORDS, ("fault",), in_section_with_issue=True)
    show(" + ".join(NORMS), norms, False, given.errors)
    show(" + ".join(FAULTS), tracked, True, given.errors)
    show(" + ".join(RECORDS), records, True, given.errors)
    pages = len({sentence.page.docname for sentence in sentences})
    wrong = sum(
        1.0 - (each.grade > 0) / 2
        for judged in (norms, tracked)
        for each in judged
        if each.found == "high" and each.grade < SOFT
    )
    print(f"\n{pages} pages, {len(sentences)} sentences")
    print(f"false findings on ten pages: {10 * wrong / pages:.2f}")


if __name__ == "__main__":
    main()
