"""Writes the bundles of a fleet that nobody has: as many repositories as wanted, always the same.

    python fleet_workload.py OUT REPOSITORIES

makes OUT/NAME/opsdocs-bundle.zip and OUT/list.csv. A repository has about 200 pages, 50 sections of
specifications, 543 references to its own and to those of three other repositories, and 138
deviations. Planted are references to sections that are gone, pins of an earlier text, issues that
several repositories name, and passages of specifications that a repository does not configure.
"""

import csv
import hashlib
import random
import sys
from collections.abc import Iterator
from functools import partial
from multiprocessing import Pool
from pathlib import Path

from sphinxext_opsdocs.canonical.index_file import INDEX_FORMAT, dump_index
from sphinxext_opsdocs.canonical.lock_file import Lock, Pin, dump_lock
from sphinxext_opsdocs.canonical.project_page import canonical_page
from sphinxext_opsdocs.config.schema import BUNDLE_FILE, INDEX_FILE, SpecDomain
from sphinxext_opsdocs.facts.file import FORMAT, FactsFile, dump_facts
from sphinxext_opsdocs.facts.model import (
    Change,
    Deviation,
    DocumentFacts,
    Header,
    Label,
    Place,
    Reference,
    Section,
    Value,
)
from sphinxext_opsdocs.facts.prose import Passage, ProseSize
from sphinxext_opsdocs.fleet.bundle import (
    FACTS_FILE,
    INPUTS_FILE,
    INPUTS_NUMBER,
    BundledInputs,
    BundledSource,
    dump_bundle,
)
from sphinxext_opsdocs.fleet.manifest import Manifest, SourceName
from sphinxext_opsdocs.fleet.sketches import SKETCHES_FILE, make_sketches
from sphinxext_opsdocs.storage import encode_json, unpack
from sphinxext_opsdocs.text.digest import compute_digest

HOST = "https://docs.example"
SPEC_PAGES, SECTIONS_ON_PAGE = 10, 5
PASSAGES, WORDS = 12, 25
TITLES = ("Meaning", "Impact", "Diagnosis", "Mitigation", "Verification", "Escalation")
FIELDS = ("class", "owner", "status", "version", "last-reviewed", "service", "alerts")
COPIES = 2
"""Planted in each repository."""
SUFFIXES = ("er", "ing", "al", "tion", "ment", "ary", "ence", "ive")
SYLLABLES = tuple(a + b for a in "bcdfglmnprstv" for b in ("a", "e", "i", "o", "u", "an", "er"))
FUNCTION = ("the", "of", "a", "to", "and", "in", "is", "for", "with", "on", "that", "by", "at")


def vocabulary() -> list[str]:
    chance = random.Random(1)
    return ["".join(chance.choices(SYLLABLES, k=2)) + chance.choice(SUFFIXES) for _ in range(4000)]


VOCABULARY = vocabulary()
COMMON = [1 / (rank + 8) for rank in range(len(VOCABULARY))]


def name_of(number: int) -> str:
    return f"team-{number % 97:02}-service-{number:05}"


def sentence(chance: random.Random, words: int) -> str:
    chosen = chance.choices(VOCABULARY, COMMON, k=words)
    for index in range(1, words, 2):
        if chance.random() < 0.7:
            chosen[index] = chance.choice(FUNCTION)
    return f"{' '.join(chosen).capitalize()}."


def specification(number: int) -> list[DocumentFacts]:
    """The specifications of a repository: the same whoever asks for them."""
    chance = random.Random(f"specification {number}")
    pages = []
    for page in range(SPEC_PAGES):
        docname = f"specs/page-{page}"
        path = f"{docname}.rst"
        sections = []
        for index in range(SECTIONS_ON_PAGE):
            lines = [sentence(chance, WORDS) for _ in range(3)]
            title = sentence(chance, 3)[:-1]
            sections.append(
                Section(
                    title,
                    (f"section-{index}",),
                    "",
                    Place(path, 10 * index + 5),
                    words="\n".join(lines),
                    digest=compute_digest([title, *lines]),
                )
            )
        labels = tuple(
            Label(f"spec-{page}-{index}", f"section-{index}", f"section-{index}")
            for index in range(SECTIONS_ON_PAGE)
        )
        status = "Deprecated" if chance.random() < 0.02 else "Canonical"
        header = Header(
            Place(path, 1),
            "specification",
            owners=("owner-spec",),
            status=status,
            version="1.0",
            last_reviewed="2026-10-01",
            given=dict.fromkeys(FIELDS, Place(path, 2)),
        )
        pages.append(
            DocumentFacts(
                docname,
                path,
                title=f"Page {page}",
                header=header,
                sections=tuple(sections),
                labels=labels,
            )
        )
    return pages


def words_of(number: int, page: int, index: int) -> str:
    return specification(number)[page].sections[index].words


def edited(chance: random.Random, text: str, share: float) -> str:
    words = text.split()
    return " ".join(
        chance.choice(VOCABULARY) if chance.random() < share else word for word in words
    )


class Repository:
    """One repository, made from its number alone."""

    def __init__(self, number: int, of: int) -> None:
        self.number, self.of = number, of
        self.chance = random.Random(f"repository {number}")
        self.name = name_of(number)
        others = [(number * 7 + step * step * 31 + step) % of for step in range(1, 4)]
        self.needed = sorted({other for other in others if other != number})
        self.specs = specification(number)
        self.pins: dict[tuple[str, str], Pin] = {}
        self.texts: dict[str, tuple[str, ...]] = {}
        self.deviations = 0
        self.copies: list[str] = []
        """Pages with a passage of a specification that this repository does not configure."""

    def domain_of(self, other: int) -> str:
        return "own" if other == self.number else f"other-{self.needed.index(other)}"

    def pages(self) -> Iterator[DocumentFacts]:
        yield from self.specs
        count = self.chance.randint(90, 290)
        copied = set(self.chance.sample(range(count), COPIES))
        for index in range(count):
            yield self.page(index, index in copied)

    def page(self, index: int, is_copy: bool) -> DocumentFacts:
        chance, docname = self.chance, f"ops/area-{index % 9}/page-{index}"
        path = f"{docname}.rst"
        passages = [sentence(chance, WORDS) for _ in range(PASSAGES)]
        if is_copy and self.of > 8:
            far = next(
                other
                for other in iter(lambda: chance.randrange(self.of), None)
                if other not in (self.number, *self.needed)
            )
            text = words_of(far, chance.randrange(SPEC_PAGES), chance.randrange(SECTIONS_ON_PAGE))
            passages[1] = edited(chance, text.splitlines()[0], chance.choice((0, 0.06)))
            self.copies.append(docname)
        day = self.day(2 if chance.random() < 0.05 else 7)
        header = Header(
            Place(path, 1),
            "runbook",
            owners=(f"owner-{chance.randrange(3)}",) if index % 200 else ("owner-gone",),
            status="Canonical",
            version="1.0",
            last_reviewed=day,
            service=(self.name,),
            alerts=(f"{self.name}-alert-{index}",) if index % 400 else ("NodeDown",),
            last_verified=day,
            given=dict.fromkeys(FIELDS, Place(path, 2)),
        )
        sections = tuple(
            Section(title, (title.lower(),), "", Place(path, 10 * each + 12))
            for each, title in enumerate(TITLES)
        )
        return DocumentFacts(
            docname,
            path,
            title=f"Page {index}",
            header=header,
            sections=sections,
            references=tuple(
                Reference(self.target(docname), Place(path, 60 + each), "impact")
                for each in range(chance.choice((2, 2, 2, 3, 3)) - (chance.random() < 0.45))
            ),
            deviations=tuple(
                self.deviation(docname, path, each)
                for each in range(chance.choice((0, 0, 1, 1, 1, 1)))
            ),
            changes=(Change("1.0", Place(path, 9), day, "first version", "First version."),),
            prose=compute_digest(passages),
            prose_size=ProseSize(PASSAGES, 0, PASSAGES),
            passages=tuple(
                Passage(text, Place(path, 20 + each), "impact")
                for each, text in enumerate(passages)
            ),
        )

    def target(self, docname: str) -> str:
        chance = self.chance
        other = chance.choice((self.number, self.number, *self.needed))
        page, index = chance.randrange(SPEC_PAGES), chance.randrange(SECTIONS_ON_PAGE)
        domain = self.domain_of(other)
        if chance.random() < 0.012:
            return f"{domain}:gone-{page}-{index}"
        section = f"{domain}:spec-{page}-{index}"
        digest = compute_digest([other, page, index].__repr__().split())
        if chance.random() < 0.97:
            digest = digests_of(other)[page * SECTIONS_ON_PAGE + index]
        name = f"specs/page-{page}#section-{index}"
        self.pins[docname, section] = Pin(docname, section, name, digest, on="2026-10-01")
        return section

    def day(self, earliest: int) -> str:
        return f"2026-{self.chance.randint(earliest, 10):02}-{self.chance.randint(1, 28):02}"

    def deviation(self, docname: str, path: str, each: int) -> Deviation:
        chance = self.chance
        self.deviations += 1
        place = Place(path, 80 + 10 * each)
        issue = (
            chance.randrange(50)
            if chance.random() < 0.002
            else self.number * 1000 + self.deviations
        )
        return Deviation(
            f"DEV-{self.deviations:04}",
            sentence(chance, 6),
            place,
            section="impact",
            specs=(Value(self.target(docname), place),),
            issues=(Value(f"API-{issue}", place),),
            observed=self.day(4 if chance.random() < 0.03 else 9),
            last_observed=self.day(10),
            severity=chance.choice(("minor", "minor", "major")),
            state="open" if chance.random() < 0.7 else "resolved",
        )

    def tables(self) -> dict[str, object]:
        domains: dict[str, object] = {
            "own": {"owner": "owner-spec", "tracker": "issues", "paths": ["specs/**"]}
        }
        for other in self.needed:
            domains[self.domain_of(other)] = {
                "owner": "owner-spec",
                "tracker": "issues",
                "index": f"{HOST}/{name_of(other)}/{INDEX_FILE}",
            }
        return {
            "governed": ["ops/**"],
            "domains": domains,
            "owners": {f"owner-{number}": {} for number in range(3)} | {"owner-spec": {}},
            "trackers": {
                "issues": {
                    "pattern": r"API-(?P<number>\d+)",
                    "url": "https://tracker.example/issues/{number}",
                }
            },
        }


def digests_of(number: int) -> list[str]:
    if number not in DIGESTS:
        DIGESTS[number] = [
            section.digest for page in specification(number) for section in page.sections
        ]
    return DIGESTS[number]


DIGESTS: dict[int, list[str]] = {}


def index_of(number: int) -> bytes:
    spec_domain = SpecDomain(owner="owner-spec")
    pages = [canonical_page(facts, spec_domain) for facts in specification(number)]
    return dump_index(name_of(number), "1.0", f"{HOST}/{name_of(number)}/", {}, pages)


def bundle_of(number: int, of: int, change: str = "") -> bytes:
    """The bundle of a repository; with a change, one of its pages has another title."""
    repository = Repository(number, of)
    pages = list(repository.pages())
    if change:
        last = pages[-1]
        pages[-1] = DocumentFacts(
            **{f: getattr(last, f) for f in last.__struct_fields__} | {"title": change}
        )
    tables = repository.tables()
    facts = FactsFile(
        format=FORMAT,
        project=repository.name,
        source="docs",
        confdir="docs",
        base_url=f"{HOST}/{repository.name}/",
        language="en",
        redirects={},
        kept_files=("opsdocs.lock",),
        owners=("owner-0", "owner-1", "owner-2", "owner-spec"),
        pages=tuple(sorted(page.docname for page in pages)),
        problems=(),
        config=tables,
        documents=tuple(pages),
    )
    sources, names = [], []
    for other in repository.needed:
        key, base = repository.domain_of(other), f"{HOST}/{name_of(other)}/"
        origin = f"{base}{INDEX_FILE}"
        sources.append(BundledSource(key, "index", origin, f"opsdocs-sources/{key}.gz", base))
        digest = hashlib.sha256(index_of(other)).hexdigest()
        names.append(SourceName(key, "index", origin, digest, base))
    inputs = BundledInputs(
        INPUTS_NUMBER, tuple(sources), (), (), (), (), (), (),
        "opsdocs-issues.json", "opsdocs-baseline.json", "opsdocs.toml", "",
    )  # fmt: skip
    manifest = Manifest(
        1, repository.name, f"{HOST}/git/{repository.name}", "0" * 40, "2026-11-20T00:00:00+00:00",
        {"opsdocs": "0.1.0"}, {}, True, f"{HOST}/{repository.name}/",
        hashlib.sha256(index_of(number)).hexdigest(), tuple(names), {},
    )  # fmt: skip
    return dump_bundle(
        {
            FACTS_FILE: dump_facts(facts),
            INPUTS_FILE: encode_json(inputs),
            INDEX_FILE: index_of(number),
            SKETCHES_FILE: encode_json(
                make_sketches(
                    [page for page in pages if page.prose],
                    INDEX_FORMAT.parse(unpack(index_of(number))),
                )
            ),
            "opsdocs.lock": dump_lock(Lock(repository.pins, repository.texts)),
        },
        manifest,
    )


def write_bundle(out: Path, of: int, number: int) -> None:
    folder = out / name_of(number)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / BUNDLE_FILE).write_bytes(bundle_of(number, of))


def write_fleet(out: Path, repositories: int) -> None:
    """Write the bundles of a fleet, and the list of them."""
    with Pool() as pool:
        list(pool.imap_unordered(partial(write_bundle, out, repositories), range(repositories), 8))
    with (out / "list.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "address", "owner", "index"])
        for number in range(repositories):
            name = name_of(number)
            address = f"{HOST}/{name}/{INDEX_FILE}"
            writer.writerow([name, (out / name).resolve(), f"team-{number % 97:02}", address])


if __name__ == "__main__":
    write_fleet(Path(sys.argv[1]), int(sys.argv[2]))
