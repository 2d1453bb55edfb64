"""Writes the reference pages that come from the code: rules, options, commands, charter."""

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

import click
import msgspec
from msgspec import Meta, Struct
from msgspec.structs import FieldInfo

from sphinxext_opsdocs.canonical.section import CanonicalEntry, CanonicalPage
from sphinxext_opsdocs.charter import clauses
from sphinxext_opsdocs.cli import main
from sphinxext_opsdocs.config.classes import document_classes
from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.facts.model import (
    Deviation,
    DocumentFacts,
    Header,
    Place,
    Reference,
    Value,
)
from sphinxext_opsdocs.findings.finding import Finding, fingerprint
from sphinxext_opsdocs.fleet.queries import FLEET_RULES
from sphinxext_opsdocs.fleet.queries import summary as fleet_summary
from sphinxext_opsdocs.fleet.schema import TABLES, columns_of
from sphinxext_opsdocs.fleet.settings import FleetSettings
from sphinxext_opsdocs.reports.kinds import FLEET_REPORT_FILTERS
from sphinxext_opsdocs.reports.table_reports import REPORTS
from sphinxext_opsdocs.rules import RULE_GROUPS, RULES, Rule
from sphinxext_opsdocs.rules.engine.guide import Item, Listing, guide
from sphinxext_opsdocs.storage import encode_json
from sphinxext_opsdocs.text.digest import compute_digest

KINDS = {str: "text", int: "number", float: "number", bool: "`true` or `false`"}
STATIC = Path(__file__).parent / "_static"
TABLE_BY_NAME = "table for each name"
SYNTAX_TITLES = {"rst": "reStructuredText", "myst": "MyST"}


def write(folder: Path) -> None:
    """Write every page; a page that would not change keeps its date."""
    printed = printed_findings()
    pages = {
        "rules.md": rules_page(),
        "configuration.md": configuration_page(),
        "document-classes.md": classes_page(),
        "command-line.md": commands_page(),
        "charter.md": charter_page(),
        "reports.md": reports_page(),
        "fleet.md": fleet_page(),
        "formats.md": formats_page(),
        **{f"rules/{rule.name}.md": rule_page(rule, printed) for rule in RULES},
    }
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    for path in (folder / "rules").glob("*.md"):
        if f"rules/{path.name}" not in pages:
            path.unlink()


def table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A pipe table of MyST; cells are MyST already."""
    lines = [columns, ("---",) * len(columns), *rows]
    return "".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines
    )


def rules_page() -> str:
    listed = "\n".join(f"rules/{rule.name}" for rule in RULES)
    text = (
        "(rules)=\n# Rules\n\nEach rule is a page here, a warning type of Sphinx "
        "(`opsdocs.<rule>`) and a rule of the reports. Errors and warnings fail a check, notes of "
        "severity info do not. Rules marked *review* look at a change: `opsdocs review` runs them."
        '\n\n```{raw} html\n<p><input type="search" data-filter-rules '
        'placeholder="Filter the rules" aria-label="Filter the rules"></p>\n```\n\n'
    )
    for title, rules in RULE_GROUPS:
        rows = [rule_row(rule) for rule in rules]
        text += f"## {title}\n\n{table(('rule', 'severity', 'what must hold'), rows)}\n"
    text += (
        "## What a check prints\n\nIn the example of faults, which has one of every kind that a check "
        "finds:\n\n```{literalinclude} ../_static/faults.txt\n:language: text\n```\n\n"
    )
    return f"{text}```{{toctree}}\n:hidden:\n\n{listed}\n```\n"


def printed_findings() -> Mapping[str, str]:
    """By rule, the first finding that checks and reviews of the examples print."""
    found: dict[str, str] = {}
    for name in ("faults", "review", "boundary"):
        for line in (STATIC / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            if match := re.search(r"\[opsdocs\.(\w+)\]$", line):
                found.setdefault(match[1], line)
    return found


def rule_row(rule: Rule) -> tuple[str, ...]:
    kind = f"{rule.severity}, *review*" if rule.is_review else rule.severity
    return f"[{rule.name}](rules/{rule.name}.md)", kind, rst_literals(rule.summary)


def rule_page(rule: Rule, printed: Mapping[str, str]) -> str:
    text = f"# {rule.name}\n"
    for chapter in guide(rule):
        blocks = [rule_block(part) for part in chapter.content]
        text += f"\n## {chapter.title}\n\n" + "\n\n".join(blocks) + "\n"
        if chapter.title == "What it checks" and (line := printed.get(rule.name)):
            text += f"\n```text\n{line}\n```\n"
    # items of a list stay together: a blank line between them would make it a loose one
    return re.sub(r"(?m)^(- .*)\n\n(?=- )", r"\1\n", text)


def rule_block(part: str | Listing | Item) -> str:
    if isinstance(part, Listing):
        return listing_block(part)
    if isinstance(part, Item):
        return f"- [`{part.name}`]({item_address(part)}): {part.text}"
    return rst_literals(part)


def listing_block(listing: Listing) -> str:
    """A listing in every language that it has, each below its name and where it is from."""
    blocks: list[str] = []
    for language, text in listing.texts.items():
        names = [SYNTAX_TITLES.get(language, ""), f"`{listing.caption}`" if listing.caption else ""]
        label = ", ".join(filter(None, names))
        # Pygments has no lexer for MyST, and that for Markdown marks its directives as errors
        lexer = "text" if language == "myst" else language
        blocks.append(f"{label}:\n\n``````{lexer}\n{text}\n``````")
    return "\n\n".join(blocks)


def item_address(item: Item) -> str:
    if item.kind == "clause":
        return f"../charter.md#{item.name.replace('.', '-')}"
    table_name = item.name.rpartition(".")[0].replace(".", "-").replace("<", "").replace(">", "")
    return f"../configuration.md#{f'option-{table_name}' if table_name else 'configuration'}"


def rst_literals(text: str) -> str:
    """A docstring's literals as those of MyST."""
    return text.replace("``", "`")


def configuration_page() -> str:
    text = (
        "(configuration)=\n# Configuration\n\nOptions stand in `opsdocs.toml` beside conf.py. Each "
        "can also be set in conf.py as `opsdocs_<key>`, which wins; tables are merged key by key. "
        "`opsdocs schema config` prints a JSON Schema for editors. Globs match docnames: `*` within "
        "a folder, `**` across folders.\n\nA wrong configuration ends the build with one message "
        "that names every key, its value and what is allowed:\n\n"
        "```{literalinclude} ../_static/configuration.txt\n:language: text\n```\n\n"
    )
    return text + "".join(struct_section(Config, ""))


class Described(NamedTuple):
    """What a type hint says to a reader: the type in words, a description, and its table."""

    kind: str
    text: str = ""
    table: type[Struct] | None = None


def struct_section(struct: type[Struct], path: str, prefix: str = "") -> Iterator[str]:
    """The options of a table, then the tables in it; ``prefix`` is that of their labels."""
    hints = get_type_hints(struct, include_extras=True)
    options = [(field, described(hints[field.name])) for field in msgspec.structs.fields(struct)]
    if path:
        yield f"({prefix}{table_label(path)})=\n## `[{path}]`\n\n"
        yield f"{rst_literals(' '.join((struct.__doc__ or '').split()))}\n\n"
    keys = [table_key(path, field, option) for field, option in options]
    rows = [option_row(*each, key, prefix) for each, key in zip(options, keys, strict=True)]
    yield table(("key", "type", "meaning", "default"), rows) + "\n"
    for (_, option), key in zip(options, keys, strict=True):
        if option.table:
            yield from struct_section(option.table, key, prefix)


def table_key(path: str, field: FieldInfo, option: Described) -> str:
    """The name of the table that an option is, with ``<name>`` where there is one for each name."""
    key = f"{path}.{field.name}" if path else field.name
    return f"{key}.<name>" if option.kind == TABLE_BY_NAME else key


def option_row(field: FieldInfo, option: Described, key: str, prefix: str = "") -> tuple[str, ...]:
    """Key, type, meaning and default; ``key`` is that of the table that it may be."""
    name = f"`{field.name}`"
    kind = f"{option.kind}, required" if field.required else option.kind
    if option.table:
        text = option.text or (option.table.__doc__ or "").partition("\n")[0]
        return name, f"[{kind}](#{prefix}{table_label(key)})", rst_literals(text), ""
    default: Any = None
    if field.default is not msgspec.NODEFAULT:
        default = msgspec.to_builtins(field.default)
    elif field.default_factory is not msgspec.NODEFAULT:
        default = msgspec.to_builtins(field.default_factory())
    # a word in angle brackets would be HTML
    meaning = option.text.replace("<", "\\<")
    return name, kind, meaning, f"`{toml_value(default)}`" if default else ""


def table_label(key: str) -> str:
    """The label of the section of a table."""
    return f"option-{re.sub('[<>]', '', key).replace('.', '-')}"


def toml_value(value: object) -> str:
    """A default as it is written in opsdocs.toml."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(toml_value, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key} = {toml_value(each)}' for key, each in value.items())}}}"
    return f'"{value}"' if isinstance(value, str) else f"{value}"


def described(hint: Any) -> Described:
    """Describe a type hint; the description nearest to the value wins."""
    text = ""
    while get_origin(hint) is Annotated:
        hint, *extra = get_args(hint)
        metas = [meta for meta in extra if isinstance(meta, Meta)]
        text = next((meta.description for meta in metas if meta.description), text)
    bare = described_bare(hint)
    return bare._replace(text=text or bare.text)


def described_bare(hint: Any) -> Described:
    """Describe a type hint without annotations of its own."""
    parts = [part for part in get_args(hint) if part is not type(None) and part is not ...]
    origin = get_origin(hint)
    if origin is dict:
        value = described(parts[1])
        return value._replace(kind=TABLE_BY_NAME if value.table else f"table of {value.kind}")
    if origin is tuple:
        return Described(f"list of {described(parts[0]).kind}")
    if origin is Literal:
        return Described(one_of(parts))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return Described(one_of(hint))
    if isinstance(hint, type) and issubclass(hint, Struct):
        return Described("table", table=hint)
    if parts:
        # the nearest form is enough: the meaning tells of tables of it, and of lists
        return described(parts[0])
    return Described(KINDS[hint])


def one_of(choices: Iterable[object]) -> str:
    """The values that an option allows."""
    return ", ".join(f'`"{choice}"`' for choice in choices)


def classes_page() -> str:
    text = (
        "(document-classes)=\n# Document classes\n\nThe built-in classes. A team adds its own, or "
        "changes these key by key, under `[classes.<name>]`; a bar between section titles separates "
        "alternatives.\n"
    )
    for known in document_classes(Config()).values():
        sections = ", ".join(known.required_sections) or "none"
        text += (
            f"\n## {known.name}\n\n{known.title}\n\n"
            f"- required sections: {sections}\n"
            f"- required fields: {', '.join(known.required_fields)}\n"
            f"- review interval: {known.review_interval or 'none'}"
            f"{' days' if known.review_interval else ''}\n"
            f"- verification interval: {known.verification_interval or 'none'}"
            f"{' days' if known.verification_interval else ''}\n"
            f"- a canonical reference is {known.canonical_reference}\n"
        )
    return text


COMMANDS_INTRODUCTION = """\
Every command finds the project by itself: the `conf.py` around the working directory, or the only
one below it; of several, the only one that uses opsdocs. `-s` names its folder, or a facts file;
commands that show `[SOURCE]` also take it without `-s`. The messages of `opsdocs check` name commands
that can be pasted as they stand.

Shells complete commands and options. Put one of these into the file that your shell starts with:

```sh
eval "$(_OPSDOCS_COMPLETE=bash_source opsdocs)"   # ~/.bashrc
eval "$(_OPSDOCS_COMPLETE=zsh_source opsdocs)"    # ~/.zshrc
_OPSDOCS_COMPLETE=fish_source opsdocs | source    # ~/.config/fish/config.fish
```

"""


def commands_page() -> str:
    text = f"(command-line)=\n# Command line\n\n{COMMANDS_INTRODUCTION}"
    context = click.Context(main, info_name="opsdocs", terminal_width=88, max_content_width=88)
    text += f"```text\n{main.get_help(context)}\n```\n"
    return text + "".join(_command_sections(main, context, ()))


def samples(command: str, parts: Iterable[str]) -> str:
    """What the command prints in the example company, where the documentation shows it.

    ``parts`` are the commands that it consists of.
    """
    shown = ""
    others = "".join(rf"(?! {part}\b)" for part in parts)
    for path in sorted(STATIC.glob("*.txt")):
        typed = path.read_text(encoding="utf-8").partition("\n")[0]
        if re.match(rf"\$ opsdocs {command}(?!\S){others}", typed) and path.stem != "faults":
            shown += f"\n```{{literalinclude}} ../_static/{path.name}\n:language: text\n```\n"
    return shown and f"\nIn the example company:\n{shown}"


def _command_sections(
    group: click.Group, context: click.Context, words: tuple[str, ...]
) -> Iterator[str]:
    for name, command in sorted(group.commands.items()):
        inner = click.Context(
            command, info_name=name, parent=context, terminal_width=88, max_content_width=88
        )
        path = (*words, name)
        yield (
            f"\n(command-{'-'.join(path)})=\n{'#' * (len(path) + 1)} opsdocs {' '.join(path)}\n\n"
            f"```text\n{command.get_help(inner)}\n```\n"
        )
        parts = command.commands if isinstance(command, click.Group) else {}
        yield samples(" ".join(path), parts)
        if isinstance(command, click.Group):
            yield from _command_sections(command, inner, path)


def charter_page() -> str:
    serving: Mapping[str, list[str]] = {
        clause.id: [rule.name for rule in RULES if clause.id in rule.clauses]
        for clause in clauses()
    }
    text = (
        "(charter)=\n# Charter\n\nWhat must be true of operational documentation, and what serves each "
        "clause.\n"
    )
    group = ""
    for clause in clauses():
        if clause.group != group:
            group = clause.group
            text += f"\n## {group}\n"
        served = [f"[{name}](rules/{name}.md)" for name in serving[clause.id]]
        served += list(clause.served_by)
        text += (
            f"\n({clause.id.replace('.', '-')})=\n### {clause.id}\n\n{clause.text}.\n\n"
            f"Served by {', '.join(served)}.\n"
        )
    return text


def picture(kind: str, summary: str) -> str:
    """What a report looks like in the example company, if there is a picture of it."""
    if not (STATIC / f"{kind}-light.png").exists():
        return ""
    return f"```{{picture}} {kind}\nIn the example company: {summary}\n```\n\n"


FORMATS_INTRODUCTION = """\
# Formats

(formats)=
## What other programs read

Facts, findings, index, lock, issues and baseline have a `format` number, the first thing in the file. A file of another
format is refused with a message that names both. What is empty is left out.

"""


def formats_page() -> str:
    """The formats for other programs, each with an example that its own writer has made."""
    place = Place("ops/drain.rst", 14)
    deviation = Deviation(
        "DEV-0007",
        "Throttled clients get 503",
        place,
        anchor="DEV-0007",
        section="mitigation",
        specs=(Value("api:rate-limits", Place("ops/drain.rst", 16)),),
        issues=(Value("API-1234", Place("ops/drain.rst", 17)),),
        observed="2026-10-30",
        severity="major",
        state="open",
    )
    header = Header(
        Place("ops/drain.rst", 1),
        "runbook",
        owners=("team-orders",),
        status="Canonical",
        version="2.1",
        last_reviewed="2026-11-02",
        given={"class": Place("ops/drain.rst", 1)},
    )
    page = DocumentFacts(
        "ops/drain",
        "ops/drain.rst",
        title="Drain a gateway",
        header=header,
        references=(Reference("api:rate-limits", Place("ops/drain.rst", 11), "mitigation"),),
        deviations=(deviation,),
    )
    finding = Finding(
        rule="deviation_without_issue",
        severity="error",
        message='deviation "DEV-0007" has no issue; raise one and add :issue:',
        place=place,
        docname="ops/drain",
        fingerprint=fingerprint("deviation_without_issue", "ops/drain", "DEV-0007", 0),
        content=fingerprint("deviation_without_issue", "", "DEV-0007", 0),
    )
    entry = CanonicalEntry(
        "Rate limits",
        ("rate-limits",),
        label="rate-limits",
        line=12,
        words="What a throttled client gets.",
        digest=compute_digest(["Rate limits", "What a throttled client gets."]),
    )
    specification = CanonicalPage(
        "specs/api/limits",
        "Limits",
        "specs/api/limits.html",
        "specs/api/limits.rst",
        "Canonical",
        "3.0",
        "team-api",
        sections=(entry,),
    )
    return FORMATS_INTRODUCTION + "".join(
        f"({label})=\n## {title}\n\n{text} `opsdocs schema {schema}` prints the JSON Schema.\n\n"
        f"```json\n{as_json(value)}\n```\n\n"
        for label, title, text, schema, value in (
            (
                "format-facts",
                "Facts",
                "`opsdocs.json` begins with the project and its configuration; then there is one page "
                "a line under `documents`.",
                "facts",
                page,
            ),
            (
                "format-findings",
                "Findings",
                "`opsdocs-findings.json` and `opsdocs check -f json` begin with counts and the reach of "
                "each rule; then there is one finding a line under `findings`.",
                "findings",
                finding,
            ),
            (
                "format-index",
                "Canonical index",
                "`canonical-index.json.gz` begins with project, version, `base_url` and redirects; then "
                "there is one page a line under `pages`.",
                "index",
                specification,
            ),
        )
    )


def as_json(value: Struct) -> str:
    """A value as indented JSON, as its file has it but for line breaks."""
    return msgspec.json.format(encode_json(value), indent=1).decode()


FLEET_INTRODUCTION = """\
(fleet)=
# Fleet

A fleet is a folder with `fleet.toml`, and beside it the folder `fleet`, which `opsdocs fleet refresh` makes and nobody
commits. Both can stand beside a conf.py: the directives below then show the fleet on pages.

(fleet-toml)=
## fleet.toml

`opsdocs schema fleet` prints a JSON Schema of it.

"""
FLEET_STATE = """\
(fleet-state)=
## What is kept

`fleet/state.jsonl` has a line for each repository: what was last fetched, and why not. `fleet/bundles` has bundles by
their digest. `fleet/generations` has the tables, as Parquet in 32 buckets by the CRC32 of the repository's name;
`fleet/CURRENT` names the generation that is served, and is replaced last. A refresh that is killed leaves the
generation before. All of it can be removed: the next refresh makes it again, but for the history.

A repository is checked again if its bundle has other content, if an index that it refers to has, if the day is another,
or if opsdocs is.

"""


def fleet_page() -> str:
    text = FLEET_INTRODUCTION + "".join(struct_section(FleetSettings, "", "fleet-"))
    rows = [
        (f"`{name}`", rule.severity, fleet_summary(name), rule.why)
        for name, rule in FLEET_RULES.items()
    ]
    text += "(fleet-rules)=\n## Rules of the fleet\n\n`opsdocs fleet check` reports them.\n\n"
    text += table(("rule", "severity", "what it finds", "why"), rows)
    rows = [
        (f"`fleet-{kind}`", ", ".join(f"`{name}`" for name in (*filters, "audience", "limit")),
         fleet_summary(kind))
        for kind, filters in FLEET_REPORT_FILTERS.items()
    ]  # fmt: skip
    text += (
        "\n(fleet-directives)=\n## Directives\n\nEach shows a report on a page of the project that "
        "has `fleet.toml` beside its conf.py, and how much of the fleet was read. A page shows the "
        "first 200 rows, or `limit`, and leads to all of them as CSV and Parquet. It is written again "
        "after a refresh. `opsdocs fleet report` prints the same reports.\n\n"
    )
    text += "```{picture} fleet\nFindings and deviations of the example as a fleet\n```\n\n"
    text += table(("directive", "options", "what it shows"), rows)
    text += f"\n{FLEET_STATE}(fleet-tables)=\n## Tables\n\n"
    text += (
        "`opsdocs fleet sql NAME` prints the queries of reports and rules. Days are texts as "
        "2026-11-26, empty for none.\n"
    )
    for name, struct in TABLES.items():
        summary = (struct.__doc__ or "").partition("\n")[0]
        columns = ", ".join(f"`{column}`" for column in columns_of(name))
        text += f"\n### {name}\n\n{summary} {columns}\n"
    return text


def reports_page() -> str:
    text = (
        "(reports)=\n# Reports\n\nEach report is a directive for pages, re-rendered when anything that "
        "it shows changes, and a table of `opsdocs report` as CSV, JSON or Markdown. Filters are "
        "options of the directive and `--filter` of the command; several values are separated by "
        "commas, and rows are kept that have one of them. On html pages a table can be filtered, "
        "sorted and saved as CSV, if scripts run and the installed sphinx-needs has its table script; "
        "without either it is a table. In `suspect-references`, `[-x-] {+y+}` is a word that went and one "
        "that came. Text and man pages list the rows, a line for each cell, and so do phones:\n\n"
        "```{picture} register-phone\nA report on a phone: each row is a card\n```\n\n"
    )
    for kind, report in REPORTS.items():
        rows = [(f"`{name}`", meaning) for name, meaning in report.options.items()]
        titles = ", ".join(column.title for column in report.columns)
        shown = ", ".join(column.title for column in report.columns if column.width)
        text += (
            f"\n({report.directive})=\n## {report.directive}\n\n`opsdocs report {kind}`: {report.summary}.\n\n"
            f"{picture(kind, report.summary)}"
            f"Columns of the data: {titles}. Pages show {shown}, with more in each.\n\n"
            f"{table(('option', 'what it does'), rows)}"
        )
    return text
