"""Times ``opsdocs review`` on 346 real pages where one changed, against plain Sphinx builds.

    python benchmarks/review.py [--rounds N] [--corpus ../shared/data]

With the base read before and the environment warm, against a warm build of one changed page; and
with nothing kept, against a clean build. Both in turn; a ratio is the median of the rounds.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent)]

from run import Command, opsdocs, sphinx, timed, workplace  # noqa: E402  # a script beside this one

PAGE = "admin/troubleshooting.rst"
CONF = """
p = {path!r}
exec(open(p).read().replace('__file__', repr(p)))
"""
OURS = 'extensions.append("sphinxext_opsdocs")\nopsdocs_governed = ["**"]\n'


def git(folder: Path, *words: str) -> None:
    settings = ["-c", "user.name=bench", "-c", "user.email=bench@example.org"]
    subprocess.run(["git", *settings, *words], cwd=folder, check=True, capture_output=True)


def prepared(work: Path, corpus: Path) -> Path:
    """A repository with the pages on ``main``."""
    docs = work / "repository/docs"
    shutil.copytree(corpus / "phalanx/docs", docs)
    text = CONF.format(path=str(corpus / "conf/phalanx/conf.py"))
    (docs / "conf.py").write_text(text + OURS, encoding="utf-8")
    (work / "plain").mkdir()
    (work / "plain/conf.py").write_text(text, encoding="utf-8")
    git(docs.parent, "init", "-q", "-b", "main")
    git(docs.parent, "add", "-A")
    git(docs.parent, "commit", "-q", "-m", "base")
    return docs


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--corpus", type=Path, default=Path("../shared/data"))
    given = parser.parse_args()
    print("| what | ratio | bound | CPU s | rounds |\n|---|---|---|---|---|")
    with workplace() as work:
        docs = prepared(work, given.corpus.resolve())
        plain: Command = sphinx(docs, work / "out", "html", "-c", str(work / "plain"))
        review: Command = opsdocs("review", "main", "-s", docs)
        page, kept = docs / PAGE, docs.parent / ".git/opsdocs-review"
        for title, bound, is_warm in (
            ("one page changed", 1.5, True),
            ("nothing kept", 1.2, False),
        ):
            seconds: list[tuple[float, float]] = []
            for number in range(-1 if is_warm else 0, given.rounds):
                if not is_warm:
                    shutil.rmtree(work / "out", ignore_errors=True)
                    shutil.rmtree(kept, ignore_errors=True)
                with page.open("a", encoding="utf-8") as file:
                    file.write(f"\nSentence {number}.\n")
                row = timed(plain, work)[0], timed(review, work)[0]
                seconds += [row] if number >= 0 else []  # the first one warms both
            ratio = statistics.median(ours / other for other, ours in seconds)
            ours, other = (statistics.median(row[i] for row in seconds) for i in (1, 0))
            print(
                f"| {title}: review / plain | {ratio:.2f} | {bound} | {ours:.2f} / {other:.2f} "
                f"| {given.rounds} |"
            )


if __name__ == "__main__":
    main()
