"""Commits of genuine kinds on real pages that were converted to governed ones.

The pages are those of the corpus, read there: nothing of them stands here but the few words that a
commit changes. ``base`` lays them down, ``COMMITS`` go on from there, each on top of the one before.
What a review of each has to find stands in ``expected.toml``, which was written from the
documentation alone before a review of them was run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

__all__ = ["COMMITS", "Commit", "base"]

ADMIN, GAFAELFAWR = "phalanx/docs/admin", "phalanx/docs/applications/gafaelfawr"
PAGES = {
    "ops/update-secret": f"{ADMIN}/update-a-secret",
    "ops/add-secret": f"{ADMIN}/add-new-secret",
    "ops/argo-cd": f"{ADMIN}/sync-argo-cd",
    "ops/windows": f"{ADMIN}/upgrade-windows",
    "ops/outage": f"{ADMIN}/outage-comms",
    "ops/images": f"{ADMIN}/infrastructure/kubernetes-node-status-max-images",
    "ops/troubleshooting": f"{ADMIN}/troubleshooting",
    "ops/quotas": f"{GAFAELFAWR}/quotas",
    "ops/token": f"{GAFAELFAWR}/recreate-token",
    "ops/access": f"{GAFAELFAWR}/troubleshoot",
    "ops/schema": f"{GAFAELFAWR}/manage-schema",
    "ops/evacuate": "nova/doc/source/admin/evacuate",
    "ops/soft-delete": "nova/doc/source/admin/soft-delete-shadow-tables",
}
"""Name in the history -> page of the corpus, both without ending."""
SPECS = {
    "specs/gated": "sqr-056/index",
    "specs/no-soft-delete": "nova-specs/specs/mitaka/implemented/no-more-soft-delete",
}
VALUES = "phalanx/applications/argocd/README.md"
"""A table that the page ops/values (MyST) includes."""
CONF = """
corpus = {corpus!r}
path = corpus + "/conf/phalanx/conf.py"
exec(open(path).read().replace("__file__", repr(path)))
extensions += ["sphinxext_opsdocs"]
exclude_patterns += ["shared/**"]
suppress_warnings = ["toc", "ref", "myst", "image", "docutils"]
"""
CONFIG = """\
governed = ["ops/**"]
[owners.team-ops]
title = "Operations"
[owners.team-specs]
title = "Keepers of specifications"
[trackers.ops]
pattern = 'OPS-(?P<number>\\d+)'
url = "https://tracker.example/ops/{number}"
[domains.specs]
title = "Specifications"
owner = "team-specs"
tracker = "ops"
paths = ["specs/**"]
default_status = "Canonical"
[review]
max_pages = 3
max_restructured = 2
"""
ISSUES = """\
{
 "format": 1,
 "issues": {
  "ops": {
   "7": {"outcome": "found", "checked": "2026-11-01T00:00:00Z", "state": "open", "title": "Seven"},
   "8": {"outcome": "found", "checked": "2026-11-01T00:00:00Z", "state": "closed", "title": "Eight"}
  }
 }
}
"""
HEADER = {
    "class": "runbook",
    "owner": "team-ops",
    "status": "Canonical",
    "version": "1.0",
    "last-reviewed": "2026-10-01",
}
DEVIATION = """\
.. observed-deviation:: {title}
   :id: {id}
   :spec: specs:{spec}
   :issue: {issue}
   :state: open
   :severity: minor
   :observed: 2026-09-01

   {text}

"""


class Tree:
    """The files of the documentation, which commits change."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, name: str) -> Path:
        """A file; a page may be named without its ending."""
        found = (self.root / f"{name}{ending}" for ending in ("", ".rst", ".md"))
        return next(path for path in found if path.is_file())

    def read(self, name: str) -> str:
        return self.path(name).read_bytes().decode("utf-8")

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))

    def edit(self, name: str, edit: Callable[[str], str]) -> None:
        """Change a file; an edit that changes nothing is a slip."""
        path, text = self.path(name), self.read(name)
        changed = edit(text)
        assert changed != text, (name, edit)
        path.write_bytes(changed.encode("utf-8"))

    def swap(self, name: str, old: str, new: str) -> None:
        """Other words, which stand once."""
        assert self.read(name).count(old) == 1, (name, old, self.read(name).count(old))
        self.edit(name, lambda text: text.replace(old, new))

    def field(self, name: str, **fields: str) -> None:
        """Set fields of a header."""
        matter = self.path(name).suffix == ".md"
        for key, value in fields.items():
            key = key.replace("_", "-")
            line = f'{key}: "{value}"' if matter else f":{key}: {value}"
            head = rf"(?m)^{key}:.*$" if matter else rf"(?m)^:{key}:.*$"
            text = self.read(name)
            if re.search(head, text):
                self.edit(name, lambda text, h=head, n=line: re.sub(h, n, text, count=1))
            else:
                before = "---\n" if matter else ""
                self.edit(name, lambda text, b=before, n=line: f"{b}{n}\n{text.removeprefix(b)}")

    def unset(self, name: str, *keys: str) -> None:
        for key in keys:
            self.edit(name, lambda text, k=key: re.sub(rf"(?m)^:?{k}:.*\n", "", text, count=1))

    def explain(self, name: str, version: str, why: str, what: str) -> None:
        """An entry of the change history, at the end of the page."""
        options = f":date: 2026-11-20\n:why: {why}"
        if self.path(name).suffix == ".md":
            entry = f"\n```{{document-change}} {version}\n{options}\n\n{what}\n```\n"
        else:
            inner = f"{options}\n\n{what}".replace("\n", "\n   ").replace("\n   \n", "\n\n")
            entry = f"\n.. document-change:: {version}\n   {inner}\n"
        self.edit(name, lambda text: text.rstrip("\n") + "\n" + entry)

    def reviewed(self, name: str, version: str, day: str = "2026-11-20") -> None:
        """All that a change of meaning asks for."""
        self.field(name, version=version, last_reviewed=day)
        self.explain(name, version, "it was found wrong", "Corrected it.")

    def move(self, old: str, new: str) -> None:
        path = self.path(old)
        target = self.root / f"{new}{path.suffix}"
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)

    def remove(self, name: str) -> None:
        self.path(name).unlink()

    def cut(self, name: str, title: str) -> str:
        """Take a section, with all below it, out of a page of reStructuredText."""
        text = self.read(name)
        start, end = section_of(text, title)
        self.edit(name, lambda text: text[:start] + text[end:])
        return text[start:end].rstrip("\n") + "\n"

    def page(self, name: str, body: str, **fields: str) -> None:
        """A new governed page of reStructuredText."""
        self.write(f"{name}.rst", header(fields) + body)


def header(fields: Mapping[str, str]) -> str:
    values = HEADER | {key.replace("_", "-"): value for key, value in fields.items()}
    return "".join(f":{key}: {value}\n" for key, value in values.items()) + "\n"


def section_of(text: str, title: str) -> tuple[int, int]:
    """Where the section of that title starts, and where the next one does or the change history."""
    found = re.search(rf"(?m)^{re.escape(title)}\n([=~-])\1+\n", text)
    assert found, title
    marks = {"=": "=", "-": "=-", "~": "=~"}[found.group(1)]
    after = re.compile(
        rf"(?m)^(?:\.\. _[\w-]+:\n\n)?\S.*\n(?:{'|'.join(f'{m}{{4,}}' for m in marks)})\n"
    )
    following = after.search(text, found.end())
    end = following.start() if following else len(text)
    history = text.find("\n.. document-change::", found.end(), end)
    return found.start(), end if history < 0 else history


def base(root: Path, corpus: Path) -> Tree:
    """The documentation before the first commit."""
    tree = Tree(root)
    tree.write("conf.py", CONF.format(corpus=str(corpus)))
    tree.write("opsdocs.toml", CONFIG)
    tree.write("opsdocs-issues.json", ISSUES)
    names = [*PAGES, *SPECS, "ops/values", "ops/draft"]
    listed = "".join(f"   {name}\n" for name in names)
    tree.write(
        "index.rst", f"All pages\n=========\n\n.. toctree::\n   :glob:\n\n{listed}   ops/*\n"
    )
    for name, source in PAGES.items():
        text = (corpus / f"{source}.rst").read_text(encoding="utf-8")
        tree.write(f"{name}.rst", header({}) + text)
    for name, source in SPECS.items():
        tree.write(f"{name}.rst", (corpus / f"{source}.rst").read_text(encoding="utf-8"))
    tree.write("shared/values.md", (corpus / VALUES).read_text(encoding="utf-8"))
    fields = "".join(f'{key}: "{value}"\n' for key, value in HEADER.items())
    include = '```{include} ../shared/values.md\n:start-after: "## Values"\n```\n'
    tree.write("ops/values.md", f"---\n{fields}---\n\n# Values\n\nAll values.\n\n{include}")
    tree.page("ops/draft", "Draft\n=====\n\nCheck the backups.\n", status="Draft")
    tree.swap("ops/access", ":doc:`github-organizations`", ":doc:`token`")
    tree.edit("ops/schema", lambda text: f"{text}\nSee :doc:`quotas`.\n")
    tree.field("ops/windows", reviews_when="docs/specs/gated.rst")
    tree.field("ops/images", reviews_when="deploy/kubelet.yaml")
    tree.edit(
        "ops/windows",
        lambda text: f"{text}\n.. canonical-ref:: specs:specs/gated\n   :why: order\n",
    )
    tree.edit("ops/token", lambda text: text + "\n" + DEVIATION.format(
        title="Tokens stay invalid", id="DEV-7", issue="OPS-7", spec="specs/gated",
        text="The hub does not read its token again."))  # fmt: skip
    tree.edit("ops/soft-delete", lambda text: text + "\n" + DEVIATION.format(
        title="Rows are kept", id="DEV-8", issue="OPS-8", spec="specs/no-soft-delete",
        text="Rows of some tables are kept."))  # fmt: skip
    (root.parent / "deploy").mkdir()
    (root.parent / "deploy/kubelet.yaml").write_text("nodeStatusMaxImages: -1\n")
    return tree


class Commit(NamedTuple):
    """One commit."""

    kind: str
    title: str
    """What it does, so that somebody who reads only this knows what it is."""
    edit: Callable[[Tree], None]


COMMITS: list[Commit] = []


def commit(kind: str, title: str) -> Callable[[Callable[[Tree], None]], Callable[[Tree], None]]:
    def add(edit: Callable[[Tree], None]) -> Callable[[Tree], None]:
        COMMITS.append(Commit(kind, title, edit))
        return edit

    return add


def every(pattern: str, new: str) -> Callable[[str], str]:
    return lambda text: re.sub(pattern, new, text, flags=re.MULTILINE)


def joined(text: str) -> str:
    """Plain paragraphs on one line each."""
    blocks = text.split("\n\n")
    plain = re.compile(r"[A-Z][^\n]*(?:\n[A-Za-z`][^\n]*)+")
    unmarked = [
        b for b in blocks if plain.fullmatch(b) and not re.search(r"(?m)^[=~#-]{3,}$|::$", b)
    ]
    return "\n\n".join(b.replace("\n", " ") if b in unmarked else b for b in blocks)


SPLIT = (
    ("add-secret", "Static secrets stored in 1Password", "1.3"),
    ("update-secret", "When do secrets change in Kubernetes?", "1.1"),
    ("images", "Pruning cached images", "1.2"),
)
MANY = ("update-secret", "add-secret", "argo-cd", "quotas")


@commit("formatting", "ops/update-secret: each paragraph on one line")
def _(tree: Tree) -> None:
    tree.edit("ops/update-secret", joined)


@commit("formatting", "ops/troubleshooting: Windows line ends")
def _(tree: Tree) -> None:
    tree.edit("ops/troubleshooting", lambda text: text.replace("\n", "\r\n"))


@commit("formatting", "ops/troubleshooting: back to Unix line ends")
def _(tree: Tree) -> None:
    tree.edit("ops/troubleshooting", lambda text: text.replace("\r\n", "\n"))


@commit("formatting", "ops/argo-cd: titles underlined with tildes instead of equals signs")
def _(tree: Tree) -> None:
    tree.edit("ops/argo-cd", every(r"^={5,}$", "~" * 40))


@commit("formatting", "ops/windows: bullets with hyphens instead of asterisks")
def _(tree: Tree) -> None:
    tree.edit("ops/windows", every(r"^\* ", "- "))


@commit("formatting", "ops/outage: a comment for writers")
def _(tree: Tree) -> None:
    tree.swap("ops/outage", "Slack\n=====\n", ".. ask before this is changed\n\nSlack\n=====\n")


@commit("formatting", "ops/access: more blank lines between paragraphs")
def _(tree: Tree) -> None:
    tree.edit("ops/access", every(r"\n\n(?=[A-Z][a-z]+ )", "\n\n\n"))


@commit("formatting", "ops/schema: steps numbered 1. 2. 3. by hand instead of #.")
def _(tree: Tree) -> None:
    def numbered(text: str) -> str:
        first, *lists = re.split(r"(?<=\n\n)(?=#\. )", text)
        for part in lists:
            for number in range(1, part.count("\n#. ") + 2):
                part = re.sub(r"(?m)^#\. ", f"{number}. ", part, count=1)
            first += part
        return first

    tree.edit("ops/schema", numbered)


@commit("formatting", "ops/troubleshooting: emphasis with one asterisk instead of two")
def _(tree: Tree) -> None:
    tree.edit("ops/troubleshooting", every(r"\*\*(Symptoms|Cause|Solution)", r"*\1"))
    tree.edit("ops/troubleshooting", every(r"(\*(?:Symptoms|Cause|Solution)s?:?)\*\*", r"\1*"))


@commit("formatting", "ops/images: the address of a link in a target at the end of the page")
def _(tree: Tree) -> None:
    found = re.search(r"`purge <(\S+)>`__", tree.read("ops/images"))
    assert found
    tree.swap("ops/images", found.group(), "purge_")
    tree.edit("ops/images", lambda text: f"{text}\n.. _purge: {found.group(1)}\n")


@commit("formatting", "ops/argo-cd: a label before a section, which nothing uses yet")
def _(tree: Tree) -> None:
    tree.swap("ops/argo-cd", "\nSync the application\n", "\n.. _sync-it:\n\nSync the application\n")


@commit("formatting", "ops/quotas: an index entry")
def _(tree: Tree) -> None:
    tree.swap("ops/quotas", "\nBypass groups\n", "\n.. index:: bypass\n\nBypass groups\n")


@commit(
    "formatting",
    "ops/windows: the last paragraph but one comes from an included file, word by word the same",
)
def _(tree: Tree) -> None:
    found = re.search(r"(?m)^Production environments also .*\n", tree.read("ops/windows"))
    assert found
    tree.write("shared/windows.txt", found.group())
    tree.swap("ops/windows", found.group(), ".. include:: ../shared/windows.txt\n")


@commit("formatting", "ops/soft-delete: paragraphs wrapped anew")
def _(tree: Tree) -> None:
    tree.edit("ops/soft-delete", joined)


@commit(
    "formatting", "ops/values (MyST): the sentence on two lines, the include with backticks of four"
)
def _(tree: Tree) -> None:
    tree.swap("ops/values", "All values.", "All\nvalues.")
    tree.edit("ops/values", lambda text: text.replace("```", "````"))


@commit(
    "formatting", "ops/token: rewritten in MyST, with the same words; the file has another ending"
)
def _(tree: Tree) -> None:
    text = tree.read("ops/token")
    head, _, body = text.partition("\n\n")
    fields = re.sub(r"(?m)^:([\w-]+): (.*)$", r'\1: "\2"', head)
    body = re.sub(r"^#{5,}\n(.+)\n#{5,}$", r"# \1", body, count=1, flags=re.MULTILINE)
    body = re.sub(r":command:`(.+?)`", r"{command}`\1`", body)
    body = re.sub(r"``(.+?)``", r"`\1`", body)
    body = re.sub(r"(?m)^#\. ", "1. ", body)
    start = body.index(".. observed-deviation::")
    block = (
        body[start:]
        .replace(".. observed-deviation::", "```{observed-deviation}")
        .replace("\n   ", "\n")
    )
    tree.remove("ops/token")
    tree.write("ops/token.md", f"---\n{fields}\n---\n\n{body[:start]}{block.rstrip()}\n```\n")


@commit("typo", "ops/update-secret: a misspelt word corrected; nothing is said of it")
def _(tree: Tree) -> None:
    tree.swap("ops/update-secret", "enviroment", "environment")


@commit(
    "typo", "ops/argo-cd: a misspelt word corrected, and declared: editorial: typo of 20 November"
)
def _(tree: Tree) -> None:
    tree.swap("ops/argo-cd", "deployemnts", "deployments")
    tree.field("ops/argo-cd", editorial="typo of 20 November")


@commit("typo", "ops/argo-cd: another word put better; the field editorial still says the same")
def _(tree: Tree) -> None:
    tree.swap("ops/argo-cd", "the key steps", "the main steps")


@commit(
    "typo",
    "ops/token (MyST): a misspelt word corrected, and declared: editorial: typo, 20 November",
)
def _(tree: Tree) -> None:
    tree.swap("ops/token", "wipoed", "wiped")
    tree.field("ops/token", editorial="typo, 20 November")


@commit("typo", "ops/outage: a word in the comment for writers")
def _(tree: Tree) -> None:
    tree.swap("ops/outage", "ask before this is changed", "ask us before this is changed")


@commit("command", "ops/evacuate: the command has another option in its code block; nothing else")
def _(tree: Tree) -> None:
    tree.swap("ops/evacuate", "openstack host list\n\n\n", "openstack host list --zone a\n\n\n")


@commit("command", "ops/evacuate: a command changed, version 1.1, no document-change, not reviewed")
def _(tree: Tree) -> None:
    tree.swap(
        "ops/evacuate",
        "$ nova host-evacuate --target_host",
        "$ nova host-evacuate --strict --target_host",
    )
    tree.field("ops/evacuate", version="1.1")


@commit(
    "command", "ops/add-secret: a command changed, with version, document-change and last-reviewed"
)
def _(tree: Tree) -> None:
    tree.swap("ops/add-secret", "base64 -w0 <", "base64 --wrap=0 <")
    tree.reviewed("ops/add-secret", "1.1")


@commit(
    "command",
    "ops/add-secret: a command changed, with version and document-change; last-reviewed as it was",
)
def _(tree: Tree) -> None:
    tree.swap("ops/add-secret", "base64 -i ", "base64 --input ")
    tree.field("ops/add-secret", version="1.2")
    tree.explain("ops/add-secret", "1.2", "the option has a long name", "Named it.")


@commit(
    "command",
    "ops/token (MyST): a command changed, reviewed, an entry for the version that it already has",
)
def _(tree: Tree) -> None:
    tree.swap("ops/token", "gafaelfawr audit --fix", "gafaelfawr audit --fix --verbose")
    tree.field("ops/token", last_reviewed="2026-11-20")
    tree.explain("ops/token", "1.0", "too little was seen", "Made it verbose.")


@commit(
    "command",
    "ops/schema: a configuration key changed; version 1.1 and reviewed; the entry says why: TBD",
)
def _(tree: Tree) -> None:
    tree.edit(
        "ops/schema", lambda text: text.replace("config.updateSchema", "config.schema.update")
    )
    tree.field("ops/schema", version="1.1", last_reviewed="2026-11-20")
    tree.explain("ops/schema", "1.1", "TBD", "Renamed the key.")


@commit("command", "ops/schema: only the entry of version 1.1 is filled in")
def _(tree: Tree) -> None:
    tree.swap("ops/schema", ":why: TBD", ":why: the key was renamed")


@commit(
    "threshold",
    "ops/images: the number of images at which nodes are pruned, 50 to 110, in one sentence; nothing else",
)
def _(tree: Tree) -> None:
    tree.swap("ops/images", "images is under 50.", "images is under 110.")


@commit("threshold", "ops/images: that number again, with all that is asked for")
def _(tree: Tree) -> None:
    tree.swap("ops/images", "images is under 110.", "images is under 100.")
    tree.reviewed("ops/images", "1.1")


@commit("threshold", "ops/update-secret: 60 seconds to 30 seconds; nothing else")
def _(tree: Tree) -> None:
    tree.swap("ops/update-secret", "every 60 seconds", "every 30 seconds")


@commit(
    "threshold",
    "shared/values.md, the table that ops/values includes: one default changed; the page itself untouched",
)
def _(tree: Tree) -> None:
    row = next(
        r
        for r in tree.read("shared/values.md").splitlines()
        if r.startswith("| ") and "`" in r and "---" not in r
    )
    cells = row.split(" | ")
    cells[2] = "`another`"
    tree.swap("shared/values.md", row, " | ".join(cells))


@commit(
    "threshold",
    "ops/quotas: a number in a YAML example, and the sentence behind it; version and entry, reviewed",
)
def _(tree: Tree) -> None:
    tree.swap("ops/quotas", "datalinker: 1000", "datalinker: 2000")
    tree.swap(
        "ops/quotas",
        "a quota of 1000 requests per 15 minutes for",
        "a quota of 2000 requests per 15 minutes for",
    )
    tree.reviewed("ops/quotas", "1.1")


@commit(
    "threshold", 'ops/schema: a warning\'s "not" is gone: downgrades are supported; nothing else'
)
def _(tree: Tree) -> None:
    tree.swap(
        "ops/schema", "Schema downgrades are not supported", "Schema downgrades are supported"
    )


@commit(
    "moved section",
    "ops/access: the section Viewing logs stands first now, unchanged; nothing else",
)
def _(tree: Tree) -> None:
    section = tree.cut("ops/access", "Viewing logs")
    tree.swap(
        "ops/access", ".. _gafaelfawr-no-access:\n", f"{section}\n.. _gafaelfawr-no-access:\n"
    )


@commit("moved section", "a section goes from ops/outage to ops/access, unchanged; nothing else")
def _(tree: Tree) -> None:
    section = tree.cut("ops/outage", "Slack")
    tree.edit("ops/access", lambda text: f"{text}\n{section}")


@commit(
    "moved section",
    "a section goes from ops/access back to ops/outage, with all that is asked for on both",
)
def _(tree: Tree) -> None:
    section = tree.cut("ops/access", "Slack")
    tree.edit("ops/outage", lambda text: f"{text}\n{section}")
    tree.reviewed("ops/access", "1.1")
    tree.reviewed("ops/outage", "1.1")


@commit("moved section", "ops/argo-cd: a section has another title; nothing else")
def _(tree: Tree) -> None:
    tree.swap(
        "ops/argo-cd",
        "Revert to a previous configuration\n",
        "Roll back to a previous version....\n",
    )


@commit("renamed page", "ops/windows is ops/upgrade-windows now, unchanged")
def _(tree: Tree) -> None:
    tree.move("ops/windows", "ops/upgrade-windows")


@commit(
    "renamed page",
    "ops/outage is ops/incident/outage now, and a sentence of it changed; nothing else",
)
def _(tree: Tree) -> None:
    tree.move("ops/outage", "ops/incident/outage")
    tree.swap("ops/incident/outage", "post a message there.", "post a message there at once.")


@commit("renamed page", "three pages renamed, unchanged, without a plan")
def _(tree: Tree) -> None:
    for name in ("quotas", "schema", "access"):
        tree.move(f"ops/{name}", f"ops/gafaelfawr/{name}")
    tree.swap("ops/gafaelfawr/access", ":doc:`token`", ":doc:`/ops/token`")


@commit(
    "renamed page",
    "the same three pages renamed again, unchanged; one names a restructure-plan that is new to it",
)
def _(tree: Tree) -> None:
    for name in ("quotas", "schema", "access"):
        tree.move(f"ops/gafaelfawr/{name}", f"ops/auth/{name}")
    tree.field("ops/auth/quotas", restructure_plan="OPS-40")


@commit(
    "renamed page", "the same three pages renamed back; that restructure-plan stands as it stood"
)
def _(tree: Tree) -> None:
    for name in ("quotas", "schema", "access"):
        tree.move(f"ops/auth/{name}", f"ops/{name}")


@commit(
    "split page",
    "ops/quotas: its last section becomes the page ops/override, unchanged; no version, no entry, no review of the old page",
)
def _(tree: Tree) -> None:
    section = tree.cut("ops/quotas", "Overriding quotas")
    tree.page("ops/override", section)


@commit(
    "split page", "three pages split into two each, with all that is asked for on each, but no plan"
)
def _(tree: Tree) -> None:
    for name, title, version in SPLIT:
        section = tree.cut(f"ops/{name}", title)
        tree.page(f"ops/{name}-2", section)
        tree.reviewed(f"ops/{name}", version, "2026-11-21")


@commit(
    "merged page",
    "the three are put together again, with all that is asked for, and a restructure-plan that is new",
)
def _(tree: Tree) -> None:
    for name, _, version in SPLIT:
        _, _, section = tree.read(f"ops/{name}-2").partition("\n\n")
        tree.remove(f"ops/{name}-2")
        tree.edit(f"ops/{name}", lambda text, s=section: f"{text}\n{s}")
        tree.reviewed(f"ops/{name}", f"{version}.1", "2026-11-22")
    tree.field("ops/add-secret", restructure_plan="OPS-41")


@commit("lifecycle", "ops/draft: Draft to Canonical")
def _(tree: Tree) -> None:
    tree.field("ops/draft", status="Canonical")


@commit("lifecycle", "ops/draft: Canonical to Deprecated, superseded by ops/argo-cd")
def _(tree: Tree) -> None:
    tree.field("ops/draft", status="Deprecated", superseded_by="ops/argo-cd")


@commit("lifecycle", "ops/draft: Deprecated to Canonical again")
def _(tree: Tree) -> None:
    tree.field("ops/draft", status="Canonical")
    tree.unset("ops/draft", "superseded-by")


@commit("lifecycle", "ops/draft: Canonical to Archived at once")
def _(tree: Tree) -> None:
    tree.field("ops/draft", status="Archived")


@commit("lifecycle", "ops/draft: Archived to Draft")
def _(tree: Tree) -> None:
    tree.field("ops/draft", status="Draft")


@commit("lifecycle", "ops/draft: Draft to Archived")
def _(tree: Tree) -> None:
    tree.field("ops/draft", status="Archived")


@commit("lifecycle", "ops/upgrade-windows: Canonical to Draft, and a sentence more; nothing else")
def _(tree: Tree) -> None:
    tree.field("ops/upgrade-windows", status="Draft")
    tree.swap("ops/upgrade-windows", ".. canonical-ref::", "Ask first.\n\n.. canonical-ref::")


@commit("deviation", "ops/evacuate: a deviation DEV-9 recorded, with issue OPS-7; nothing else")
def _(tree: Tree) -> None:
    tree.edit("ops/evacuate", lambda text: text + "\n" + DEVIATION.format(
        title="Evacuation hangs", id="DEV-9", issue="OPS-7", spec="specs/gated", text="It hangs."))  # fmt: skip


@commit(
    "deviation",
    "ops/soft-delete: DEV-8, whose issue OPS-8 is closed, taken off the page; all that is asked for",
)
def _(tree: Tree) -> None:
    tree.edit("ops/soft-delete", lambda text: text[: text.index(".. observed-deviation::")])
    tree.reviewed("ops/soft-delete", "1.1")


@commit(
    "deviation",
    "ops/token (MyST): DEV-7, whose issue OPS-7 is open, taken off the page; all that is asked for",
)
def _(tree: Tree) -> None:
    tree.edit("ops/token", lambda text: re.sub(r"(?s)```\{observed-deviation\}.*?```\n", "", text))
    tree.reviewed("ops/token", "1.1", "2026-11-21")


@commit(
    "deviation",
    "DEV-9 goes from ops/evacuate to ops/soft-delete, as it is; all that is asked for on both",
)
def _(tree: Tree) -> None:
    text = tree.read("ops/evacuate")
    block = text[text.index(".. observed-deviation::") :]
    tree.edit("ops/evacuate", lambda text: text.replace(block, ""))
    tree.edit("ops/soft-delete", lambda text: f"{text}\n{block}")
    tree.reviewed("ops/evacuate", "1.2", "2026-11-21")
    tree.reviewed("ops/soft-delete", "1.2", "2026-11-21")


@commit(
    "deviation",
    "ops/soft-delete: DEV-9 resolved (state, resolved), and its text says so; all that is asked for",
)
def _(tree: Tree) -> None:
    tree.swap("ops/soft-delete", ":state: open", ":state: resolved\n   :resolved: 2026-11-22")
    tree.swap("ops/soft-delete", "It hangs.", "It hung.")
    tree.reviewed("ops/soft-delete", "1.3", "2026-11-22")


@commit(
    "deviation",
    "ops/soft-delete removed with DEV-9 on it, which is resolved, but whose issue OPS-7 is open",
)
def _(tree: Tree) -> None:
    tree.remove("ops/soft-delete")


@commit(
    "specification",
    "specs/gated: a sentence changed, alone; ops/upgrade-windows names it under reviews-when",
)
def _(tree: Tree) -> None:
    tree.edit(
        "specs/gated", lambda text: text.rstrip() + "\n\nWindows are agreed on with their owners.\n"
    )


@commit(
    "specification",
    "specs/no-soft-delete: a sentence changed, together with a command on ops/evacuate that has all that is asked for",
)
def _(tree: Tree) -> None:
    tree.edit(
        "specs/no-soft-delete", lambda text: text.rstrip() + "\n\nThis holds for all releases.\n"
    )
    tree.swap(
        "ops/evacuate",
        "--target_host TARGET_HOST FAILED_HOST",
        "--target_host NEW_HOST FAILED_HOST",
    )
    tree.reviewed("ops/evacuate", "1.3", "2026-11-22")


@commit(
    "specification",
    "specs/no-soft-delete: blank lines and a comment, together with a command on ops/evacuate that has all that is asked for",
)
def _(tree: Tree) -> None:
    tree.edit(
        "specs/no-soft-delete", lambda text: text.rstrip() + "\n\n\n.. read it again in May\n"
    )
    tree.swap("ops/evacuate", "--target_host NEW_HOST", "--target_host OTHER_HOST")
    tree.reviewed("ops/evacuate", "1.4", "2026-11-23")


@commit(
    "specification",
    "specs/no-soft-delete removed, together with a command on ops/evacuate that has all that is asked for",
)
def _(tree: Tree) -> None:
    tree.remove("specs/no-soft-delete")
    tree.swap("ops/evacuate", "--target_host OTHER_HOST", "--target_host THIRD_HOST")
    tree.reviewed("ops/evacuate", "1.5", "2026-11-24")


@commit("governance", "opsdocs.toml: runbooks have to have a section Rollback")
def _(tree: Tree) -> None:
    tree.edit(
        "opsdocs.toml", lambda text: text + '[classes.runbook]\nrequired_sections = ["Rollback"]\n'
    )


@commit("governance", "opsdocs.toml: a comment, and another title for an owner")
def _(tree: Tree) -> None:
    tree.swap("opsdocs.toml", 'title = "Operations"', 'title = "Operations team"  # since May')


@commit(
    "reviews-when",
    "deploy/kubelet.yaml changed, which ops/images names under reviews-when; no page changed",
)
def _(tree: Tree) -> None:
    (tree.root.parent / "deploy/kubelet.yaml").write_text("nodeStatusMaxImages: 200\n")


@commit(
    "reviews-when", "deploy/kubelet.yaml changed again, and ops/images has another last-reviewed"
)
def _(tree: Tree) -> None:
    (tree.root.parent / "deploy/kubelet.yaml").write_text("nodeStatusMaxImages: 300\n")
    tree.field("ops/images", last_reviewed="2026-11-24")


@commit(
    "many pages", "a sentence more on four pages, each with all that is asked for, without a plan"
)
def _(tree: Tree) -> None:
    for name, version in zip(MANY, ("2.0", "2.0", "2.0", "2.0"), strict=True):
        tree.edit(f"ops/{name}", lambda text: f"{text}\nCall the owner when this fails.\n")
        tree.reviewed(f"ops/{name}", version, "2026-11-24")


@commit(
    "many pages",
    "another sentence on the same four, each with all that is asked for; one names a restructure-plan that is new to it",
)
def _(tree: Tree) -> None:
    for name in MANY:
        tree.edit(f"ops/{name}", lambda text: f"{text}\nTell the owner afterwards.\n")
        tree.reviewed(f"ops/{name}", "2.1", "2026-11-25")
    tree.field("ops/argo-cd", restructure_plan="OPS-42")


@commit("header", "ops/argo-cd: another owner in the header; nothing else")
def _(tree: Tree) -> None:
    tree.field("ops/argo-cd", owner="team-specs")


@commit("header", "ops/override: its header is gone")
def _(tree: Tree) -> None:
    tree.edit("ops/override", lambda text: text.partition("\n\n")[2])


@commit("header", "ops/new-page is new, Canonical, version 1.0, without a document-change")
def _(tree: Tree) -> None:
    tree.page("ops/new-page", "New page\n========\n\nRestart the hub.\n")


@commit("header", "ops/new-page removed again; it has no deviation")
def _(tree: Tree) -> None:
    tree.remove("ops/new-page")
