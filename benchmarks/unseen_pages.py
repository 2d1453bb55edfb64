"""Reads the labelled pages of other projects as governed documents, sentence by sentence.

``labels/pages.csv`` names the pages by repository, commit and path, with a hash of the file, and
``labels/sentences.csv`` the sentences by a hash. No text of others is kept here: clone each
repository into ``SOURCES/<owner>/<name>`` first.
"""

import csv
import hashlib
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from sphinx.application import Sphinx

from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.ext.facts_build import Request, build_facts
from sphinxext_opsdocs.ext.settings import language_of
from sphinxext_opsdocs.facts.prose import Claim, Statement
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.inputs import Inputs
from sphinxext_opsdocs.markup import prose
from sphinxext_opsdocs.rules._support.prose import PageStatement, has_issue
from sphinxext_opsdocs.text.claims import BlockContext, read_features
from sphinxext_opsdocs.text.language_file import Language
from sphinxext_opsdocs.text.sentence_claims import JudgedSentence, judge_sentences

__all__ = ["CLEAR", "SOFT", "TORN", "Page", "Sentence", "read_all", "read_sentences"]

LABELS = Path(__file__).parent / "labels"
CLEAR, SOFT, TORN = 2.0, 1.5, 1.0
"""Grades of a label: both readers labelled a sentence, and one of them said it is clear; both, and
none did; only one of them labelled it."""
ONE_READER = "-"
SENTENCE = Claim("sentence")
"""The claim that every sentence of these pages gets, so that the facts contain all of them."""

CONF = """
project = "pages"
extensions = ["unseen_stubs", "myst_parser", "sphinxext_opsdocs"]
myst_enable_extensions = ["colon_fence", "deflist"]
opsdocs_governed = ["**"]
opsdocs_trackers = {
    "any": {"kind": "generic", "url": "https://tracker.invalid/{id}", "pattern": PATTERN}
}
root_doc = "index"
"""
ISSUES = (
    r"https?://github\.com/[\w.-]+/[\w.-]+/issues/\d+"
    r"|https?://bugs\.launchpad\.net/\S+|https?://bugzilla\.\S+|https?://issues\.redhat\.com/\S+"
    r"|https?://\S+/browse/[A-Z]+-\d+|https?://gitlab\.com/\S+/issues/\d+"
    r"|https?://tracker\.ceph\.com/issues/\d+|[\w./-]*#\d+|LP-\d+"
)
STUBS = '''
"""Directives of other extensions keep their content, and roles their text."""
from docutils import nodes
from docutils.parsers.rst import Directive, directives, roles


class AnyOption(dict):
    def __bool__(self):
        return True

    def __contains__(self, key):
        return True

    def __getitem__(self, key):
        return directives.unchanged

    def get(self, key, default=None):
        return directives.unchanged


class Kept(Directive):
    has_content = True
    optional_arguments = 100
    final_argument_whitespace = True
    option_spec = AnyOption()

    def run(self):
        node = nodes.container()
        node.document = self.state.document
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]


def role(name, rawtext, text, lineno, inliner, options=None, content=None):
    return [nodes.literal(rawtext, text)], []


def setup(app):
    for name in ("tab", "tabs", "tab-set", "tab-item", "group-tab", "dropdown", "card", "grid"):
        app.add_directive(name, Kept, override=True)
    for name in ("grid-item-card", "details", "collapse", "prompt"):
        app.add_directive(name, Kept, override=True)
    for name in ("neutron-doc", "keystone-doc", "nova-doc", "oslo.config:option", "launchpad"):
        app.add_role(name, role)
    return {"parallel_read_safe": True}
'''


@dataclass
class Page:
    """A page of another project."""

    repository: str
    commit: str
    path: str
    half: str
    sha256: str

    @property
    def docname(self) -> str:
        return f"{self.repository}/{self.path.rpartition('.')[0]}"


@dataclass
class Sentence:
    """A sentence of such a page."""

    page: Page
    statement: Statement
    features: set[str]
    grades: Mapping[str, float]
    """By kind of label (``rule``, ``fault``, ``intent``), how far the readers agreed."""
    has_linked_issue: bool
    """Its section links an issue, and no other item of a list does."""


def _read_rows(name: str) -> list[dict[str, str]]:
    with (LABELS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sentence_hash(text: str) -> str:
    """16 hex digits of a sentence with its white space collapsed."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]


def read_sentences(sources: Path, half: str) -> Iterator[Sentence]:
    """The sentences of a half, page by page."""
    yield from read_all(sources, half)[1]


def read_all(sources: Path, half: str) -> tuple[TraceabilityGraph, list[Sentence]]:
    """The graph of the pages of a half, and their sentences, page by page."""
    graph, pages, features = _read(sources, half)
    return graph, list(_sentences(graph, pages, features))


def _sentences(
    graph: TraceabilityGraph, pages: Sequence[Page], features: Mapping[str, set[str]]
) -> Iterator[Sentence]:
    labels = defaultdict(list)
    for row in _read_rows("sentences.csv"):
        labels[row["repository"], row["path"], int(row["line"]), row["hash"]].append(row)
    for page in pages:
        facts = graph.documents[page.docname]
        for statement in facts.statements:
            place = page.repository, page.path, statement.place.line, sentence_hash(statement.text)
            rows = labels.get(place, ())
            yield Sentence(
                page,
                statement,
                features[statement.text],
                {row["kind"]: _grade(row["first"], row["second"]) for row in rows},
                has_issue(PageStatement(facts, statement), graph),
            )


def _grade(first: str, second: str) -> float:
    given = [label for label in (first, second) if label not in ("", ONE_READER)]
    if len(given) == 1 and second != ONE_READER:
        return TORN
    return CLEAR if "clear" in given else SOFT


def _read(
    sources: Path, half: str
) -> tuple[TraceabilityGraph, Sequence[Page], dict[str, set[str]]]:
    pages = [Page(**row) for row in _read_rows("pages.csv") if row["half"] == half]
    features: dict[str, set[str]] = {}

    def judge_all(
        text: str, language: Language, attributed: Sequence[int], block: BlockContext
    ) -> Iterator[JudgedSentence]:
        for sentence in judge_sentences(text, language, attributed, block):
            features[sentence.text] = read_features(sentence.text, block, language)
            yield sentence._replace(claims=(*sentence.claims, SENTENCE))

    with tempfile.TemporaryDirectory() as folder, patch.object(prose, "judge_sentences", judge_all):
        srcdir = Path(folder)
        _write_project(sources, pages, srcdir)
        graph = build_facts(Request(srcdir, srcdir, {}, "1"), _graph, sys.stderr)
    return graph, pages, features


def _write_project(sources: Path, pages: Sequence[Page], srcdir: Path) -> None:
    given = f"PATTERN = {ISSUES!r}\nimport sys\nsys.path.insert(0, {str(srcdir)!r})\n"
    (srcdir / "conf.py").write_text(given + CONF, encoding="utf-8")
    (srcdir / "unseen_stubs.py").write_text(STUBS, encoding="utf-8")
    (srcdir / "index.rst").write_text("Index\n=====\n", encoding="utf-8")
    for page in pages:
        command = ["git", "-C", sources / page.repository, "show", f"{page.commit}:{page.path}"]
        text = subprocess.run(command, capture_output=True, check=True).stdout
        if hashlib.sha256(text).hexdigest() != page.sha256:
            sys.exit(f"{page.repository}/{page.path} is not the page that was labelled")
        path = srcdir / page.repository / page.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)


def _graph(app: Sphinx, domain: OpsDomain) -> TraceabilityGraph:
    language = language_of(app, domain.language_name)
    return TraceabilityGraph(domain.whole_documents, domain.config, Inputs(language=language))
