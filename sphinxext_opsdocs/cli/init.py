"""``opsdocs init``: adds opsdocs to a Sphinx project, or starts one."""

from __future__ import annotations

import difflib
import json
import re
import sys
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import NamedTuple

import click
from msgspec.structs import replace

from sphinxext_opsdocs.adoption.first_configuration import SCHEMA_FILE, first_configuration
from sphinxext_opsdocs.adoption.survey import survey_project
from sphinxext_opsdocs.cli._options import (
    Failure,
    day_of,
    day_option,
    project_option,
    show,
    source_of,
)
from sphinxext_opsdocs.cli._project import NoProjectError, ProjectError, find_project
from sphinxext_opsdocs.cli._writing import write_new_file, write_result
from sphinxext_opsdocs.cli.schema import schema_text
from sphinxext_opsdocs.config.schema import CONFIG_FILE
from sphinxext_opsdocs.edits.conf_py import add_extension, constant_of, constants_of
from sphinxext_opsdocs.edits.source_text import EditError, SourceText
from sphinxext_opsdocs.edits.toctree import add_to_toctree
from sphinxext_opsdocs.findings.finding import counted_noun

__all__ = ["init"]

CONF_PY = "conf.py"
EXTENSION = "sphinxext_opsdocs"
REPORT_PAGES = ("governance", "opsdocs")
"""Names of the page with reports; the first that is free."""
STARTER = "data/starter"
"""Files of a project that has none, with $-placeholders."""
STARTER_FILES = (
    "governance.md",
    "index.md",
    "ops/restart-gateway.md",
    "opsdocs.toml",
    "specs/rate-limits.md",
    "conf.py",  # the last one: a run that was interrupted can be repeated
)
BESIDE = ("readme", "license", "licence", "copying", "contributing", "codeowners")
"""Files of a repository that is as good as empty."""
MYST_PARSERS = re.compile(r"myst_parser|myst_nb|recommonmark")
STORED_NAMES = {"conf.py": "conf.py.txt"}  # no module of ours


class _Change(NamedTuple):
    """A file to write; ``old`` is None for a new one."""

    path: Path
    old: str | None
    new: str


class _Plan(NamedTuple):
    """What is written, and what people are told."""

    changes: list[_Change]
    findings: str
    to_add: str = ""
    """The line that conf.py needs and that only a person can add."""


@click.command(epilog="Example: opsdocs init --dry-run")
@click.argument("positional", required=False, metavar="[SOURCE]", type=click.Path(path_type=Path))
@project_option
@click.option("-y", "--yes", is_flag=True, help="Write without asking.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, as a diff.")
@click.option(
    "--governed",
    multiple=True,
    metavar="GLOB",
    help="Docnames of operational pages.  [default: by the names of folders]",
)
@day_option
def init(
    positional: Path | None,
    source: Path | None,
    yes: bool,
    dry_run: bool,
    governed: tuple[str, ...],
    day: str,
) -> None:
    """Add opsdocs to a Sphinx project.

    Adds the extension to conf.py, and writes an opsdocs.toml beside it from what it finds:
    folders, headers, CODEOWNERS and the issues of the git remote. A page with reports is added to
    the toctree. Nothing that exists is overwritten, and a second run changes nothing.

    In an empty folder, starts a whole project. SOURCE is the folder of conf.py.
    """
    folder = _folder(positional, source)
    if folder.is_file():
        raise Failure(f'"{folder}" is a file; name the folder of conf.py')
    if (folder / CONF_PY).is_file():
        plan = _plan_for(folder, governed)
    else:
        plan = _starter(folder, day_of(day))
    if dry_run:
        click.echo("".join(map(_diff, plan.changes)), nl=False)
    elif plan.changes:
        _confirm(plan, yes)
        for change in plan.changes:
            _write(change)
    show(_report(plan, dry_run), err=True)
    if plan.to_add:
        raise SystemExit(2)


def _folder(positional: Path | None, source: Path | None) -> Path:
    here = Path()
    if not (positional or source):
        if not _visible(here):
            return here  # also below a project
        try:
            return find_project()
        except NoProjectError:
            return here
        except ProjectError as error:
            raise Failure(str(error)) from None
    return source_of(source, positional)


def _plan_for(folder: Path, governed: tuple[str, ...]) -> _Plan:
    conf_path = folder / CONF_PY
    conf = _read(conf_path)
    findings = ""
    try:
        edited = add_extension(conf, EXTENSION)
    except EditError as error:
        # nothing else either: pages with reports would not build until the line is there
        to_add = f"{conf_path} is not edited: {error}\nThen run opsdocs init again."
        return _Plan([], "", to_add)
    changes = [_Change(conf_path, conf, edited)]
    if governed and (folder / CONFIG_FILE).is_file():
        raise Failure(f'"{folder / CONFIG_FILE}" is there already; change "governed" in it')
    if not (folder / CONFIG_FILE).is_file():
        root_doc = constant_of(conf, "root_doc", "master_doc") or "index"
        # Sphinx reads .md where a parser for it is loaded; other suffixes are for a person to add
        suffixes = (".rst", ".md") if MYST_PARSERS.search(conf) else (".rst",)
        excluded = constants_of(conf, "exclude_patterns")
        survey = survey_project(folder, root_doc, excluded, suffixes, _header)
        if governed:
            survey = replace(survey, governed=governed)
        changes += _report_page(folder, root_doc)
        changes.append(_change(folder / SCHEMA_FILE, schema_text("config")))
        # the last one: as long as it is missing, a run that was interrupted can be repeated
        changes.append(_change(folder / CONFIG_FILE, first_configuration(survey)))
        pages = counted_noun(survey.pages, "page")
        governed_now = ", ".join(survey.governed) or f'none yet; name them in "{CONFIG_FILE}"'
        findings = f"{pages} found; governed: {governed_now}"
    return _Plan([each for each in changes if each.old != each.new], findings)


def _report_page(folder: Path, root_doc: str) -> Iterator[_Change]:
    """The page with reports, and the page whose toctree gets it."""
    roots = [folder / f"{root_doc}{suffix}" for suffix in (".rst", ".md")]
    root_path = next(filter(Path.is_file, roots), None)
    for name in REPORT_PAGES if root_path else ():
        assert root_path
        suffix = root_path.suffix
        page = _change(folder / f"{name}{suffix}", _starter_text(f"governance{suffix}"))
        others = [path for path in folder.glob(f"{name}.*") if path != page.path]
        if page.old in (None, page.new) and not others:
            try:
                root = SourceText.read(root_path)
                # from a folder, a docname starts at the root
                lines = add_to_toctree(root, f"/{name}" if "/" in root_doc else name)
            except EditError as error:
                show(f"no page with reports: {error}", err=True)
                return
            old = root.data.decode("utf-8")
            yield page
            yield _Change(root_path, old, root.encode(lines).decode("utf-8"))
            return


def _starter(folder: Path, today: date) -> _Plan:
    """A whole project. Raises Failure for a folder with other files."""
    values = {"project": json.dumps(folder.resolve().name)[1:-1], "today": today.isoformat()}
    changes = [_change(folder / SCHEMA_FILE, schema_text("config"))]
    for name in STARTER_FILES:
        text = Template(_starter_text(STORED_NAMES.get(name, name))).safe_substitute(values)
        changes.append(_change(folder / name, text))
    written = {each.path for each in changes if each.old == each.new}
    others = set(_visible(folder)) - written
    if any(path.stem.lower() not in BESIDE for path in others):
        raise Failure(f'"{folder}" has no conf.py; name its folder, or an empty one, with -s')
    return _Plan([each for each in changes if each.old != each.new], "")


def _visible(folder: Path) -> list[Path]:
    """The files in a folder and below, without hidden ones such as those of git."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return [p for p in paths if not any(part[0] == "." for part in p.relative_to(folder).parts)]


def _starter_text(name: str) -> str:
    return files(EXTENSION).joinpath(f"{STARTER}/{name}").read_text("utf-8")


def _change(path: Path, text: str) -> _Change:
    """Raises Failure for a file that cannot be read."""
    return _Change(path, _read(path) if path.is_file() else None, text)


def _header(text: str, is_myst: bool) -> dict[str, str]:
    from sphinxext_opsdocs.markup.header import fields_of_text

    return fields_of_text(text, is_myst)


def _confirm(plan: _Plan, yes: bool) -> None:
    """Raises Failure where nobody can be asked, and nobody said yes beforehand."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise Failure("nobody can be asked here; --yes writes, --dry-run shows what it would write")
    for change in plan.changes:
        click.echo(f"{'change' if change.old is not None else 'create'} {change.path}")
    click.confirm("Write these files?", default=True, abort=True)


def _write(change: _Change) -> None:
    if change.old is None:
        change.path.parent.mkdir(parents=True, exist_ok=True)
        write_new_file(change.path, change.new.encode())
    else:
        write_result(change.path.resolve(), change.new.encode())


def _diff(change: _Change) -> str:
    name = change.path.as_posix()
    old_name = name if change.old is not None else "/dev/null"
    old, new = (text.splitlines(keepends=True) for text in (change.old or "", change.new))
    if change.path.name == SCHEMA_FILE:
        return f"--- {old_name}\n+++ {name}\n  (JSON Schema of {CONFIG_FILE}, {len(new)} lines)\n"
    lines = difflib.unified_diff(old, new, old_name, name)
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def _report(plan: _Plan, dry_run: bool) -> str:
    lines = [plan.findings] if plan.findings else []
    verb = "would write" if dry_run else "wrote"
    if plan.changes:
        lines.append(f"{verb} {', '.join(each.path.as_posix() for each in plan.changes)}")
    elif not plan.to_add:
        lines.append("nothing to do: opsdocs is set up here")
    created = [each.path.as_posix() for each in plan.changes if each.old is None]
    changed = [each.path.as_posix() for each in plan.changes if each.old is not None]
    if created and changed and not dry_run:
        lines.append(
            f"to take opsdocs out again: remove {', '.join(created)}, and what was added to "
            f"{', '.join(changed)}"
        )
        lines.append('next: "opsdocs adopt" proposes headers for the pages')
    if plan.to_add:
        lines.append(plan.to_add)
    return "\n".join(lines)


def _read(path: Path) -> str:
    try:
        return SourceText.read(path).data.decode("utf-8")
    except EditError as error:
        raise Failure(str(error)) from None
