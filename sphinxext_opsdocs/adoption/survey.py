"""What a Sphinx project has that opsdocs needs to know: folders, headers, issues and owners."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from msgspec import Struct

from sphinxext_opsdocs.adoption.code_owners_file import find_code_owners
from sphinxext_opsdocs.config.codeowners import dialect_of, owners_of_path
from sphinxext_opsdocs.config.globs import glob_matches
from sphinxext_opsdocs.review.git import GitError, find_repository, run_git_text

__all__ = ["FoundTracker", "Survey", "survey_project"]

SPECIFICATIONS = re.compile(
    r"(?:api|contract|decision|design|protocol|reference|schema|spec|specification)s?|adrs?|"
    r"architecture"
)
"""Names of folders that say how a system works."""
OTHERS = re.compile(
    r"about|blog|changelog|changes|community|contribut\w*|dev|devel\w*|extras|internals|legal|news|"
    r"release-?notes|talks|tutorials?|users?"
)
"""Names of folders that are for developers, users or nobody in particular."""
ROOT_PAGES = ("authors", "changelog", "changes", "contributing", "genindex", "glossary", "history",
              "index", "license", "modindex", "readme", "search")  # fmt: skip
MOST_ROOT_PAGES = 8
"""Pages that are named one by one; of more, all pages of the folder are governed."""
KNOWN_ALIASES = {
    "last_reviewed_on": "last-reviewed",
    "last_reviewed": "last-reviewed",
    "last_review_date": "last-reviewed",
    "reviewed_on": "last-reviewed",
    "ms.date": "last-reviewed",
    "review_in": "review-interval",
    "review_interval": "review-interval",
    "owner_slack": "owner",
    "owner_team": "owner",
    "owning_team": "owner",
}
"""Header fields of other tools that mean one of ours: those of the Tech Docs Template of the UK
government (https://tdt-documentation.london.cloudapps.digital/write_docs/frontmatter/), those of
Microsoft Learn (https://learn.microsoft.com/contribute/content/metadata), and their variants."""
LEAST_SHARE = 0.2
"""Share of the pages that have a field, for it to be that of the team."""
SLASHES = re.compile(r"(\d{1,2})/(\d{1,2})/\d{4}")
HOSTS = {"github": "github", "gitlab": "gitlab"}
"""Kind of tracker, by a part of the name of the host."""
REMOTE = re.compile(
    r"(?:ssh://)?(?:[\w.-]+@)?(?P<host>[\w.-]+)(?::\d+)?[:/](?P<path>[^:]+?)(?:\.git)?/?"
)

HeaderOf = Callable[[str, bool], dict[str, str]]
"""Returns the header fields of a source text by name; the second value is whether it is MyST."""


class FoundTracker(Struct, frozen=True):
    """The issues of the repository's own host."""

    kind: str
    host: str
    project: str


class Survey(Struct, frozen=True):
    """What was found. Folders and pages are docnames, without a final slash."""

    governed: tuple[str, ...]
    """Globs over docnames."""
    specifications: tuple[str, ...]
    """Folders."""
    left_out: tuple[str, ...]
    """Folders that are neither."""
    pages: int
    aliases: dict[str, tuple[str, ...]]
    """Names that headers have today, by the name of the field."""
    date_order: str
    code_owners: str
    """Relative to the folder of conf.py; empty without one."""
    tracker: FoundTracker | None
    specification_owners: Mapping[str, str] = {}
    """By folder, the owner that CODEOWNERS has for it."""


def survey_project(
    srcdir: Path,
    root_doc: str,
    excluded: Sequence[str],
    suffixes: Collection[str],
    header_of: HeaderOf,
) -> Survey:
    """Look at the files of a source directory and at its repository; Sphinx reads nothing.

    ``suffixes`` are those of pages.
    """
    pages = dict(_pages(srcdir, tuple(excluded), suffixes))
    folders = Counter(docname.split("/")[0] for docname in pages if "/" in docname)
    specifications = tuple(name for name in sorted(folders) if SPECIFICATIONS.fullmatch(name))
    left_out = tuple(name for name in sorted(folders) if OTHERS.fullmatch(name))
    governed = [name for name in sorted(folders) if name not in (*specifications, *left_out)]
    root_pages = sorted(
        name for name in pages if "/" not in name and name.lower() not in (*ROOT_PAGES, root_doc)
    )
    globs = [f"{name}/**" for name in governed]
    globs += root_pages if len(root_pages) <= MOST_ROOT_PAGES else ["*"]
    fields = list(_fields(pages.values(), header_of))
    aliases = _aliases(fields, len(pages))
    repository = _repository(srcdir)
    code_owners = find_code_owners(repository) if repository else None
    return Survey(
        tuple(globs),
        specifications,
        left_out,
        len(pages),
        aliases,
        _date_order(fields, aliases),
        Path(os.path.relpath(code_owners, srcdir)).as_posix() if code_owners else "",
        _tracker(repository) if repository else None,
        dict(_owners_of(specifications, srcdir, repository, code_owners)),
    )


def _owners_of(
    folders: Iterable[str], srcdir: Path, repository: Path | None, code_owners: Path | None
) -> Iterator[tuple[str, str]]:
    if not repository or not code_owners:
        return
    text = code_owners.read_text(encoding="utf-8", errors="replace")
    dialect = dialect_of(code_owners, text)
    for folder in folders:
        path = (srcdir.resolve() / folder / "index.rst").relative_to(repository.resolve())
        if owners := owners_of_path(text, dialect, path.as_posix()):
            yield folder, owners[0]


def _pages(
    srcdir: Path, excluded: tuple[str, ...], suffixes: Collection[str]
) -> Iterator[tuple[str, Path]]:
    for folder, names, files in os.walk(srcdir, followlinks=True):  # as Sphinx does
        names[:] = [name for name in names if name[0] not in "._" and name != "build"]
        for name in files:
            path = Path(folder, name)
            relative = path.relative_to(srcdir)
            is_page = path.suffix in suffixes and name[0] not in "._"
            if is_page and not _is_excluded(relative, excluded):
                yield relative.with_suffix("").as_posix(), path


def _is_excluded(path: PurePosixPath | Path, excluded: tuple[str, ...]) -> bool:
    names = (path, *path.parents)
    return any(glob_matches(name.as_posix(), excluded) for name in names)


def _fields(paths: Iterable[Path], header_of: HeaderOf) -> Iterator[dict[str, str]]:
    for path in paths:
        with suppress(OSError):  # a link that leads nowhere
            text = path.read_text(encoding="utf-8", errors="replace")
            yield header_of(text, path.suffix == ".md")


def _aliases(fields: Sequence[dict[str, str]], pages: int) -> dict[str, tuple[str, ...]]:
    counts = Counter(name for each in fields for name in each if name in KNOWN_ALIASES)
    found: dict[str, tuple[str, ...]] = {}
    for alias, name in KNOWN_ALIASES.items():
        if counts[alias] and counts[alias] >= pages * LEAST_SHARE:
            found[name] = (*found.get(name, ()), alias)
    return found


def _date_order(fields: Sequence[dict[str, str]], aliases: dict[str, tuple[str, ...]]) -> str:
    """How dates with slashes are written; empty where no date tells, or where they contradict."""
    names = aliases.get("last-reviewed", ())
    values = (each.get(name, "") for each in fields for name in names)
    dates = [match for value in values if (match := SLASHES.fullmatch(value))]
    is_day_first = any(int(match[1]) > 12 for match in dates)
    is_month_first = any(int(match[2]) > 12 for match in dates)
    if is_day_first == is_month_first:
        return ""
    return "day-first" if is_day_first else "month-first"


def _repository(srcdir: Path) -> Path | None:
    try:
        return find_repository(srcdir)
    except GitError:
        return None


def _tracker(repository: Path) -> FoundTracker | None:
    try:
        address = run_git_text(repository, "remote", "get-url", "origin")
    except GitError:
        return None
    if "://" in address and not address.startswith("ssh://"):
        parts = urlsplit(address)
        host, path = parts.hostname or "", parts.path.strip("/").removesuffix(".git")
    elif match := REMOTE.fullmatch(address):
        host, path = match["host"], match["path"]
    else:
        return None
    kind = next((kind for part, kind in HOSTS.items() if part in host), "")
    return FoundTracker(kind, host, path) if kind and path else None
