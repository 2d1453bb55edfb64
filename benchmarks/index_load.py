"""Loads a canonical index of 100,000 sections of 60 words and resolves 20,000 references to it.

    python benchmarks/index_load.py [write FILE | read FILE]

Without arguments it writes the index to a temporary file, then reads it in five processes of their
own and prints the median of CPU seconds (of the whole process) and of peak memory.
"""

import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PAGES, SECTIONS, WORDS, REFERENCES = 5_000, 20, 60, 20_000


def write(path: Path, count: int = PAGES) -> None:
    """Write an index of that many pages, each with twenty sections."""
    from sphinxext_opsdocs.canonical.index_file import dump_index
    from sphinxext_opsdocs.canonical.section import CanonicalEntry, CanonicalPage

    chance = random.Random(1)
    vocabulary = [f"word{number}" for number in range(5_000)]
    pages = []
    for page in range(count):
        entries = tuple(
            CanonicalEntry(
                title=f"Section {number}",
                anchors=(f"label-{page}-{number}", f"section-{number}"),
                label=f"label-{page}-{number}",
                parent="" if number == 0 else f"label-{page}-0",
                line=number * 10 + 1,
                words=" ".join(chance.choices(vocabulary, k=WORDS)),
                digest=f"w1:{chance.getrandbits(96):024x}",
            )
            for number in range(SECTIONS)
        )
        name = f"folder/page{page}"
        page_values = (
            name,
            f"Page {page}",
            f"{name}.html",
            f"{name}.rst",
            "Canonical",
            "1",
            "team",
        )
        pages.append(CanonicalPage(*page_values, sections=entries))
    path.write_bytes(dump_index("big", "1", "https://specs.example/", {}, pages))


def read(path: Path) -> None:
    from sphinxext_opsdocs.canonical.index_file import INDEX_FORMAT
    from sphinxext_opsdocs.canonical.resolver import Resolver
    from sphinxext_opsdocs.canonical.section import INDEX
    from sphinxext_opsdocs.canonical.source_sections import SourcePages, domain_sources

    index = INDEX_FORMAT.load(path)
    pages = SourcePages(INDEX, index.pages, index.redirects, index.base_url)
    resolver = Resolver({"api": domain_sources("api", [pages])})
    resolved = 0
    for number in range(REFERENCES):
        page, section = number % PAGES, number % SECTIONS
        target = (
            f"api:label-{page}-{section}",
            f"api:folder/page{page}#section-{section}",
            f"https://specs.example/folder/page{page}.html#label-{page}-{section}",
        )[number % 3]
        resolved += resolver.resolve(target).section is not None
    assert resolved == REFERENCES
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{time.process_time():.3f} {peak:.0f}")


def main() -> None:
    if len(sys.argv) == 3:
        {"write": write, "read": read}[sys.argv[1]](Path(sys.argv[2]))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "canonical-index.json.gz")
        run("write", path)  # in a process of its own: what follows would inherit its peak
        rounds = [[float(number) for number in run("read", path).split()] for _ in range(5)]
        seconds, peak = (statistics.median(column) for column in zip(*rounds, strict=True))
        what = f"{PAGES * SECTIONS:,} sections, {REFERENCES:,} references"
        print(f"{what}: {seconds:.2f} CPU s, {peak:.0f} MiB")


def run(*words: str | Path) -> str:
    command = [sys.executable, __file__, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main()
