"""The directives for canonical references, quotations, workarounds, changes and ignores."""

from __future__ import annotations

from collections.abc import Iterator

from docutils import nodes

from sphinxext_opsdocs.facts.model import Change, Ignore, Quote, Reference, Workaround
from sphinxext_opsdocs.markup import nodes as ops_nodes
from sphinxext_opsdocs.markup.directive_base import Head, OpsDirective
from sphinxext_opsdocs.markup.phrases import phrase
from sphinxext_opsdocs.markup.roles import make_canonical_xref, make_deviation_xref, split_targets
from sphinxext_opsdocs.markup.value_parsers import find_repeated, parse_date, split_list

__all__ = [
    "CanonicalQuote",
    "CanonicalRef",
    "DocumentChange",
    "OpsdocsIgnore",
    "WorkaroundDirective",
]


class CanonicalRef(OpsDirective):
    """``canonical-ref``: the canonical sections that a section depends on, and why."""

    option_names = ("why",)

    def run(self) -> list[nodes.Node]:
        """Return one paragraph with a link to every target."""
        head = self.read_head()
        if not head.argument.text:
            self.problem("missing canonical section", head.argument.place)
            return []
        node = ops_nodes.canonical_reference("", "", classes=["opsdocs-canonical-ref"])
        node["translatable"] = False
        self.set_source_info(node)
        node += nodes.strong("", "", phrase("Canonical"), classes=["opsdocs-label"])
        separator = ": "
        targets = split_targets(head.argument.text)
        for target in find_repeated(targets):
            self.problem(f'names "{target}" more than once', head.argument.place)
        for target in dict.fromkeys(targets):
            fact = Reference(target, head.argument.place, why=head.text("why"))
            node += nodes.Text(separator)
            node += make_canonical_xref(self.env, target, fact=fact, with_page=True)
            separator = ", "
        if why := head.text("why"):
            node += nodes.Text(" — ")
            node += self.message(why)
        if head.body < len(self.content):
            self.problem("content is not allowed; use the option :why:", self.line_place(head.body))
        return [node]


class CanonicalQuote(OpsDirective):
    """``canonical-quote``: words of a canonical section that must stay those of the section."""

    option_names = ("why",)

    def run(self) -> list[nodes.Node]:
        """Return a block quote whose attribution links the section."""
        head = self.read_head()
        targets = split_targets(head.argument.text)
        if len(targets) != 1:
            self.problem(
                f"must name one canonical section, not {len(targets)}", head.argument.place
            )
            return []
        node = ops_nodes.canonical_quote("", classes=["opsdocs-quote"])
        self.set_source_info(node)
        node[ops_nodes.FACT] = Quote(targets[0], "", self.place)
        self.parse_body(head, node)
        if not node.children:
            self.problem("missing content; quote words of the section", self.place)
        fact = Reference(targets[0], head.argument.place, why=head.text("why"))
        link = make_canonical_xref(self.env, targets[0], fact=fact, with_page=True)
        node += nodes.attribution("", "", link, translatable=False)
        return [node]


class WorkaroundDirective(OpsDirective):
    """``workaround``: what to do until the deviation around it, or a named one, is resolved."""

    has_argument = False
    option_names = ("deviation",)

    def run(self) -> list[nodes.Node]:
        """Return an admonition, whose title links the deviation that it names."""
        head = self.read_head()
        deviation_id = head.text("deviation")
        node = ops_nodes.workaround("", classes=["opsdocs-workaround"])
        self.set_source_info(node)
        node[ops_nodes.FACT] = Workaround(place=self.place, deviation=deviation_id)
        title = nodes.title("", "", phrase("Workaround"), translatable=False)
        if deviation_id:
            link = make_deviation_xref(self.env, deviation_id, quiet=True)
            title += [phrase(" for "), link]
        node += title
        self.parse_body(head, node)
        if len(node.children) == 1:
            self.problem("missing content; describe what to do", self.place)
        return [node]


class DocumentChange(OpsDirective):
    """``document-change``: what changed with a version of the page, and why."""

    option_names = ("date", "what", "why")

    def run(self) -> list[nodes.Node]:
        """Return a container with one line for version, date and reason, and then the body."""
        head = self.read_head()
        date = _read_date(self, head, "date") or ""
        node = ops_nodes.document_change("", classes=["opsdocs-change"])
        self.set_source_info(node)
        node += nodes.paragraph("", "", *self._summary(head, date), translatable=False)
        self.parse_body(head, node)
        # the body may describe the change in place of the option
        body = " ".join(child.astext() for child in node.children[1:])
        self._refuse_gaps(head, head.text("what") or body)
        node[ops_nodes.FACT] = Change(
            version=head.argument.text,
            place=self.place,
            date=date,
            why=head.text("why"),
            what=head.text("what") or " ".join(body.split()),
        )
        return [node]

    def _summary(self, head: Head, date: str) -> Iterator[nodes.Node]:
        yield nodes.strong("", "", phrase("Version {version}", version=head.argument.text))
        if date:
            yield nodes.Text(f" ({date})")
        for name in ("what", "why"):
            if text := head.text(name):
                yield nodes.Text(" — ")
                yield nodes.inline("", "", self.message(text))

    def _refuse_gaps(self, head: Head, what: str) -> None:
        if not head.argument.text:
            self.problem("missing version", head.argument.place)
        for name, text in (("what", what), ("why", head.text("why"))):
            if not text:
                self.problem(f"missing option :{name}:", head.argument.place)


class OpsdocsIgnore(OpsDirective):
    """``opsdocs-ignore``: rules that do not apply to the next block, or the page, and why."""

    option_names = ("reason", "until", "page")

    def run(self) -> list[nodes.Node]:
        """Return an invisible node, or an empty list for an incomplete ignore."""
        head = self.read_head()
        rules = split_list(head.argument.text)
        reason = head.text("reason")
        if not rules:
            self.problem("missing rule", head.argument.place)
        if not reason:
            self.problem("missing option :reason:", head.argument.place)
        self.refuse_content(head, "an ignore covers the next block")
        until = _read_date(self, head, "until")
        if until is None or not rules or not reason:
            return []
        node = ops_nodes.ignore_marker()
        self.set_source_info(node)
        is_for_page = "page" in head.options
        node[ops_nodes.FACT] = Ignore(rules, reason, self.place, until, is_for_page)
        return [node]


def _read_date(directive: OpsDirective, head: Head, name: str) -> str | None:
    """Return the date in an option; empty without one, and None after a problem."""
    text = head.text(name)
    if not text:
        return ""
    try:
        return parse_date(text)
    except ValueError as error:
        directive.problem(f"{name} {error}", head.options[name].place)
        return None
