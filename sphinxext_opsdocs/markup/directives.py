"""The directives that writers record canonical references, deviations and changes with."""

from __future__ import annotations

from docutils import nodes

from sphinxext_opsdocs.facts.model import Change, Ignore, Quote, Reference, Workaround
from sphinxext_opsdocs.markup import nodes as ours
from sphinxext_opsdocs.markup.directive_base import OpsDirective
from sphinxext_opsdocs.markup.roles import canonical_xref, deviation_xref, split_targets
from sphinxext_opsdocs.markup.value_parsers import parse_date, split_list

__all__ = [
    "CanonicalQuote",
    "CanonicalRef",
    "DocumentChange",
    "OpsdocsIgnore",
    "WorkaroundDirective",
]


class CanonicalRef(OpsDirective):
    """``canonical-ref``: the canonical sections that a section depends on, and why."""

    known_options = ("why",)

    def run(self) -> list[nodes.Node]:
        """One paragraph that links every target."""
        head = self.read_head()
        if not head.argument.text:
            self.problem("names no canonical section", head.argument.place)
            return []
        node = ours.canonical_reference("", "", classes=["opsdocs-canonical-ref"])
        self.set_source_info(node)
        node += nodes.strong("", "Canonical", classes=["opsdocs-label"])
        for index, target in enumerate(split_targets(head.argument.text)):
            fact = Reference(target, head.argument.place, why=head.text("why"))
            node += nodes.Text(", " if index else ": ")
            node += canonical_xref(self.env, target, fact=fact, with_page=True)
        if why := head.text("why"):
            node += nodes.Text(" — ")
            node += self.inline(why)
        if head.body < len(self.content):
            self.problem("takes no content, only :why:", self.line_place(head.body))
        return [node]


class CanonicalQuote(OpsDirective):
    """``canonical-quote``: words of a canonical section, quoted on purpose and held to it."""

    known_options = ("why",)

    def run(self) -> list[nodes.Node]:
        """A block quote whose attribution links the section."""
        head = self.read_head()
        targets = split_targets(head.argument.text)
        if len(targets) != 1:
            self.problem("quotes one canonical section", head.argument.place)
            return []
        node = ours.canonical_quote("", classes=["opsdocs-quote"])
        self.set_source_info(node)
        node[ours.FACT] = Quote(targets[0], "", self.place)
        self.parse_body(head, node)
        if not node.children:
            self.problem("quotes nothing", self.place)
        fact = Reference(targets[0], head.argument.place, why=head.text("why"))
        link = canonical_xref(self.env, targets[0], fact=fact, with_page=True)
        node += nodes.attribution("", "", link)
        return [node]


class WorkaroundDirective(OpsDirective):
    """``workaround``: what to do until the deviation around it, or named by it, is resolved."""

    takes_argument = False
    known_options = ("deviation",)

    def run(self) -> list[nodes.Node]:
        """An admonition that names its deviation when it does not stand in it."""
        head = self.read_head()
        named = head.text("deviation")
        node = ours.workaround("", classes=["opsdocs-workaround"])
        self.set_source_info(node)
        node[ours.FACT] = Workaround(place=self.place, deviation=named)
        title = nodes.title("", "Workaround")
        if named:
            title += [nodes.Text(" for "), deviation_xref(self.env, named, quiet=True)]
        node += title
        self.parse_body(head, node)
        if len(node.children) == 1:
            self.problem("says nothing", self.place)
        return [node]


class DocumentChange(OpsDirective):
    """``document-change``: what changed with a version of the page, and why."""

    known_options = ("date", "what", "why")

    def run(self) -> list[nodes.Node]:
        """A container: version, date and reason, then what changed."""
        head = self.read_head()
        date = head.text("date")
        try:
            date = parse_date(date) if date else ""
        except ValueError as error:
            self.problem(f"date: {error}", head.options["date"].place)
            date = ""
        node = ours.document_change("", classes=["opsdocs-change"])
        self.set_source_info(node)
        line = nodes.paragraph("", "", nodes.strong("", f"Version {head.argument.text}"))
        line += nodes.Text(f" ({date})" if date else "")
        for name in ("what", "why"):
            if text := head.text(name):
                line += [nodes.Text(" — "), *self.inline(text)]
        node += line
        self.parse_body(head, node)
        body = " ".join(child.astext() for child in node.children[1:])
        if not head.argument.text:
            self.problem("names no version", head.argument.place)
        for name, text in (("what", head.text("what") or body), ("why", head.text("why"))):
            if not text:
                self.problem(f"does not say {name}", head.argument.place)
        node[ours.FACT] = Change(
            version=head.argument.text,
            place=self.place,
            date=date,
            why=head.text("why"),
            what=head.text("what") or " ".join(body.split()),
        )
        return [node]


class OpsdocsIgnore(OpsDirective):
    """``opsdocs-ignore``: rules that do not apply to the next block, or the page, and why."""

    known_options = ("reason", "until", "page")

    def run(self) -> list[nodes.Node]:
        """An invisible node; none when it has no reason, so that it covers nothing."""
        head = self.read_head()
        until = head.text("until")
        rules = split_list(head.argument.text)
        if not rules:
            self.problem("names no rule", head.argument.place)
        if not head.text("reason"):
            self.problem("gives no reason; add :reason:", head.argument.place)
        if head.body < len(self.content):
            self.problem("takes no content: it covers the next block", self.line_place(head.body))
        try:
            until = parse_date(until) if until else ""
        except ValueError as error:
            self.problem(f"until: {error}", head.options["until"].place)
            return []
        if not rules or not head.text("reason"):
            return []
        node = ours.ignore_marker()
        self.set_source_info(node)
        page = "page" in head.options
        node[ours.FACT] = Ignore(rules, head.text("reason"), self.place, until, page)
        return [node]
