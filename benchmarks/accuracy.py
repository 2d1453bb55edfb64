"""How often the prose rules are right on real text: precision, recall, and every error.

    python benchmarks/accuracy.py [--corpus PATH] [--half kept] [--only prose,copies] [--errors]

Reads the corpus as governed documents with our own build, and holds what is found against labelled
sentences and passages. Labels that come with the corpus hold its text; ours (``labels/``) hold
path, line, column, length and a hash of the sentence, so that no text of others is kept here. Ends
with status 1 when a figure of all labels but the torn ones, or of copies, is below its bound.
"""

import argparse
import csv
import hashlib
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path

from planted import EDITS, counted, plant, planted_texts
from sphinx.application import Sphinx

from sphinxext_opsdocs.clock import today
from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.ext.facts_build import Request, build_facts
from sphinxext_opsdocs.ext.settings import language_of
from sphinxext_opsdocs.findings.finding import Finding
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.inputs import Inputs
from sphinxext_opsdocs.graph.overlap import COPY
from sphinxext_opsdocs.graph.overlap_cache import find_overlaps
from sphinxext_opsdocs.rules.engine.check import check

HERE = Path(__file__).parent
PROSE = {
    "normative": ("normative_keyword", "normative_statement"),
    "workaround": ("intent_claim", "workaround_outside_deviation"),
}
BOUNDS = {
    "normative": (0.92, 0.75),
    "workaround": (0.90, 0.70),
    "copies": (0.97, 0.95),
}
TORN = "torn"
"""Sentences on which the reader who labelled them was of two minds: told, and held to no bound."""
SAME_WORDS = 0.7
"""Share of the words of the shorter of label and finding when both are about one sentence."""

SAME_PASSAGE = 0.5
"""The same of passages, of which a message shows only the beginning."""
HOSTS = ("phalanx/docs/", "nova/doc/source/opsguide/")
PLANTED = 400
PASSAGES = attrgetter("passages")
OPERATIONAL = ("phalanx/docs/**", "nova/doc/source/**", "gafaelfawr/docs/**")
SPECIFICATIONS = ("nova-specs/specs/**", "dmtn-*/**", "sqr-*/**")

CONF = """
import runpy

phalanx, nova = (
    runpy.run_path(CORPUS + "/conf/" + name + "/conf.py") for name in ("phalanx", "nova")
)
project = "corpus"
root_doc = "phalanx/docs/index"
extensions = [*phalanx["extensions"], "sphinxext_opsdocs"]
extlinks = phalanx["extlinks"]
rst_epilog = phalanx["rst_epilog"]
corpus_stub_roles = [*phalanx["corpus_stub_roles"], *nova["corpus_stub_roles"]]
corpus_stub_roles += ["cite", "ldm", "lpm", "lse", "rtn"]
corpus_stub_drop = [*phalanx["corpus_stub_drop"], *nova["corpus_stub_drop"], "mermaid"]
corpus_stub_keep = [*phalanx["corpus_stub_keep"], "abstract"]
myst_enable_extensions = phalanx["myst_enable_extensions"]
exclude_patterns = ["phalanx/applications/**", "labels/**", "conf/**", "**/README.md", "*.md"]
exclude_patterns += ["nova/doc/source/opsguide/common/appendix.rst", "**/_rst_epilog.rst"]
include_patterns = INCLUDED
opsdocs_governed = OPERATIONAL
opsdocs_domains = {
    "nova": {"paths": ["nova-specs/**"], "default_status": "Canonical"},
    "identity": {"paths": ["dmtn-*/**", "sqr-*/**"], "default_status": "Canonical"},
    "gafaelfawr": {"paths": ["gafaelfawr/docs/**"], "default_status": "Canonical"},
}
"""


@dataclass
class Label:
    """A labelled sentence or passage, and whether it should be found."""

    path: str
    first: int
    last: int
    words: set[str]
    fires: bool
    why: str
    found: list[Finding] = field(default_factory=list)


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", text.lower()))


def read_corpus(corpus: Path, is_whole: bool) -> TraceabilityGraph:
    """Build the facts of the operational pages, and with ``is_whole`` of the specifications."""
    included = [*OPERATIONAL, *(SPECIFICATIONS if is_whole else ())]
    given = {"CORPUS": str(corpus), "INCLUDED": included, "OPERATIONAL": [*OPERATIONAL]}
    lines = "".join(f"{name} = {value!r}\n" for name, value in given.items())
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "conf.py").write_text(lines + CONF, encoding="utf-8")
        return build_facts(Request(corpus, Path(folder), {}, "1"), _graph, sys.stderr)


def _graph(app: Sphinx, domain: OpsDomain) -> TraceabilityGraph:
    language = language_of(app, domain.language_name)
    return TraceabilityGraph(domain.whole_documents, domain.config, Inputs(language=language))


def copy_labels(corpus: Path) -> Iterator[Label]:
    """Labelled passages that operational pages have of specifications, or seem to have."""
    with (corpus / "labels/copies_shared.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            first, _, last = row["ops_lines"].partition("-")
            lines = (corpus / row["ops_file"]).read_text(encoding="utf-8").split("\n")
            text = "\n".join(lines[int(first) - 1 : int(last or first)])
            why = f"{row['label']}: {row['why']}"
            yield Label(
                row["ops_file"],
                int(first),
                int(last or first),
                words(text),
                row["label"].startswith("fire"),
                why,
            )


def shared_labels(corpus: Path, kind: str) -> Iterator[Label]:
    """Labels that come with the corpus."""
    with (corpus / f"labels/{kind}_shared.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            first = int(row["line"])
            yield _label(corpus, row["file"], first, row["text"], row["label"], row["why"])


def own_labels(corpus: Path, kind: str, half: str) -> Iterator[Label]:
    """Our labels. A sentence that is not there any more is an error."""
    with (HERE / f"labels/{kind}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if half != (TORN if "torn" in row["reason"] else row["half"]):
                continue
            text = sentence_at(
                corpus, row["path"], int(row["line"]), int(row["column"]), int(row["length"])
            )
            if sentence_hash(text) != row["hash"]:
                sys.exit(f"{row['path']}:{row['line']} is not the sentence that was labelled")
            yield _label(corpus, row["path"], int(row["line"]), text, row["label"], row["reason"])


def sentence_at(corpus: Path, path: str, line: int, column: int, length: int) -> str:
    """The text of that many characters from a place on (both from 1)."""
    lines = (corpus / path).read_text(encoding="utf-8").split("\n")
    start = sum(len(text) + 1 for text in lines[: line - 1]) + column - 1
    return "\n".join(lines)[start : start + length]


def sentence_hash(text: str) -> str:
    """16 hex digits of the sentence with its white space collapsed."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]


def _label(corpus: Path, path: str, first: int, text: str, label: str, why: str) -> Label:
    lines = (corpus / path).read_text(encoding="utf-8").split("\n")
    wanted = len(text.split())
    last = first
    while last < len(lines) and sum(len(x.split()) for x in lines[first - 1 : last]) < wanted + 6:
        last += 1
    return Label(path, first, last, words(text), label.startswith("fire"), f"{label}: {why}")


def assign(labels: Sequence[Label], findings: Iterable[Finding], same: float = SAME_WORDS) -> None:
    """Give each label the findings on its sentence or passage."""
    by_path: dict[str, list[Label]] = {}
    for label in labels:
        by_path.setdefault(label.path, []).append(label)
    for finding in findings:
        quoted = re.match(r'"([^"]*)"', finding.message)
        said = words(quoted[1]) if quoted else set()
        for label in by_path.get(finding.place.path, ()):
            is_near = label.first - 1 <= finding.place.line <= label.last + 1
            least = min(len(said), len(label.words))
            if is_near and least and len(said & label.words) / least >= same:
                label.found.append(finding)


def told(kind: str, labels: Sequence[Label], bounds: tuple[float, float], verbose: bool) -> bool:
    """Print precision, recall and the errors; whether both bounds are kept.

    Precision is that of high confidence, recall that of high and medium.
    """
    hits = sum(label.fires and bool(label.found) for label in labels)
    sure = [label for label in labels if any(f.confidence == "high" for f in label.found)]
    wrong = [label for label in sure if not label.fires]
    missed = [label for label in labels if label.fires and not label.found]
    precision = 1 - len(wrong) / len(sure) if sure else 0.0
    recall = hits / (hits + len(missed)) if hits else 0.0
    if verbose:
        for name, errors in (("false", wrong), ("missed", missed)):
            for label in errors:
                print(f"  {name}: {label.path}:{label.first}: {label.why}")
    print(
        f"| {kind} | {precision:.2f} | {bounds[0]:.2f} | {recall:.2f} | {bounds[1]:.2f} | "
        f"{len(labels)} ({hits + len(missed)} fire) |",
        flush=True,
    )
    return precision >= bounds[0] and recall >= bounds[1]


def prose(graph: TraceabilityGraph, corpus: Path, half: str, is_verbose: bool) -> bool:
    """Labelled sentences against the rules on single sentences."""
    found = check(graph, today("2026-11-25")).findings
    is_good = True
    for kind, rules in PROSE.items():
        findings = [finding for finding in found if finding.rule in rules]
        sets = {f"{kind}, shared labels": list(shared_labels(corpus, kind))}
        for part in ("tune", "kept", TORN) if half == "all" else (half,):
            sets[f"{kind}, own labels ({part})"] = list(own_labels(corpus, kind, part))
        assign([label for labels in sets.values() for label in labels], findings)
        for name, labels in sets.items():
            told(name, labels, BOUNDS[kind], is_verbose)
        clear = [label for name, labels in sets.items() if TORN not in name for label in labels]
        is_good &= told(f"{kind}, all but torn", clear, BOUNDS[kind], False)
    return is_good


def copies(graph: TraceabilityGraph, corpus: Path, is_verbose: bool) -> bool:
    """Labelled real copies, then planted ones among pages that have none."""
    findings = check(graph, today("2026-11-25")).findings
    labels = list(copy_labels(corpus))
    assign(labels, [f for f in findings if f.rule == "copied_canonical"], SAME_PASSAGE)
    is_good = told("copied_canonical, shared labels", labels, BOUNDS["copies"], is_verbose)
    having = {name for name, c in graph.overlaps.items() if any(o.kind == COPY for o in c.overlaps)}
    hosts = [
        page
        for page in graph.judged
        if page.docname not in having and page.docname.startswith(HOSTS)
    ]
    specs = [page for name, page in graph.documents.items() if name.startswith("nova-specs/")]
    for name, (share, recall) in EDITS.items():
        texts = planted_texts(specs, share, PLANTED)
        pages, planted = plant(hosts, texts, share, seed=7)
        found = find_overlaps(pages, PASSAGES, graph.sources, graph.inputs.language, {})
        precision, got = counted(found, planted)
        print(
            f"| copied_canonical, planted {name} | {precision:.3f} | 0.99 | {got:.3f} | {recall} | "
            f"{len(planted)} |",
            flush=True,
        )
        is_good &= precision >= 0.99 and got >= recall
    return is_good


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--corpus", type=Path, default=HERE.parent / "../shared/data")
    parser.add_argument("--half", choices=("all", "tune", "kept"), default="all")
    parser.add_argument("--only", default="prose,copies")
    parser.add_argument("--errors", action="store_true", help="list every error")
    given = parser.parse_args()
    corpus = given.corpus.resolve()
    graph = read_corpus(corpus, "copies" in given.only)
    print("| rules | precision | bound | recall | bound | labels |\n|---|---|---|---|---|---|")
    is_good = True
    if "prose" in given.only:
        is_good &= prose(graph, corpus, given.half, given.errors)
    if "copies" in given.only:
        is_good &= copies(graph, corpus, given.errors)
    sys.exit(not is_good)


if __name__ == "__main__":
    main()
