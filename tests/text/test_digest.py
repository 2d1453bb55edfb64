"""Digests of sections: writing a text another way keeps them, another meaning changes them."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import pytest

from sphinxext_opsdocs.facts.model import Section
from tests.project import Project

RST = """
Client limits
-------------

A client gets ``429`` after 100 requests, see :ref:`pages <page-size>` and
`the protocol <https://proto.example/retry>`_.

* one *kind*
* another kind

  * with a part

1. first
2. second

=====  ==========
Plan   Requests
=====  ==========
free   ``100``
paid   1000
=====  ==========

::

    retry = 3
      indented

.. note::

   Limits are per region.

Region
   A set of data centres.

Partners [#p]_ have others.

.. [#p] By contract.
"""

SAME: dict[str, tuple[str, str, str]] = {
    "lines are wrapped elsewhere": (
        "rst",
        RST,
        RST.replace("see :ref:`pages <page-size>` and\n", "see\n:ref:`pages <page-size>` and "),
    ),
    "bullets are hyphens": ("rst", RST, RST.replace("* ", "- ")),
    "numbers of a list are automatic": (
        "rst",
        RST,
        RST.replace("1. first\n2. second", "#. first\n#. second"),
    ),
    "a comment is added": (
        "rst",
        RST,
        RST.replace("::\n\n    retry", ".. later\n\n::\n\n    retry"),
    ),
    "a label is added": ("rst", RST, RST.replace("* one", ".. _kinds:\n\n* one")),
    "an index entry is added": ("rst", RST, RST.replace("* one", ".. index:: limits\n\n* one")),
    "the table is a grid": (
        "rst",
        RST,
        RST.replace(
            "=====  ==========\nPlan   Requests\n=====  ==========\nfree   ``100``\npaid   1000\n"
            "=====  ==========\n",
            "+------+----------+\n| Plan | Requests |\n+======+==========+\n| free | ``100``  |\n"
            "+------+----------+\n| paid | 1000     |\n+------+----------+\n",
        ),
    ),
    "the table is a list-table": (
        "rst",
        RST,
        RST.replace(
            "=====  ==========\nPlan   Requests\n=====  ==========\nfree   ``100``\npaid   1000\n"
            "=====  ==========\n",
            ".. list-table::\n   :header-rows: 1\n   :widths: 30 70\n\n   * - Plan\n     - Requests\n"
            "   * - free\n     - ``100``\n   * - paid\n     - 1000\n",
        ),
    ),
    "the literal block is highlighted": (
        "rst",
        RST,
        RST.replace("::\n\n    retry", ".. code-block:: ini\n\n    retry"),
    ),
    "the link has its target below": (
        "rst",
        RST,
        RST.replace("`the protocol <https://proto.example/retry>`_", "`the protocol`_")
        + "\n.. _the protocol: https://proto.example/retry\n",
    ),
    "the footnote has a number and stands before the text": (
        "rst",
        RST,
        RST.replace("\n.. [#p] By contract.\n", "").replace(
            "Partners [#p]_", ".. [7] By contract.\n\nPartners [7]_"
        ),
    ),
    "emphasis is gone": ("rst", RST, RST.replace("*kind*", "kind")),
    "underlines are of another kind": ("rst", RST, RST.replace("-------------", "~~~~~~~~~~~~~")),
    "quotes are typographic": (
        "rst",
        'Terms\n-----\n\nIt says "slow down" -- it\'s a limit...\n',
        "Terms\n-----\n\nIt says “slow down” – it’s a limit…\n",
    ),
    "it is written in MyST": (
        "md",
        RST,
        """
        ## Client limits

        A client gets `429` after 100 requests, see {ref}`pages <page-size>` and [the
        protocol](https://proto.example/retry).

        - one *kind*
        - another kind
          - with a part

        1. first
        1. second

        | Plan | Requests |
        |------|----------|
        | free | `100` |
        | paid | 1000 |

        ```ini
        retry = 3
          indented
        ```

        :::{note}
        Limits are per region.
        :::

        Region
        : A set of data centres.

        Partners[^p] have others.

        [^p]: By contract.
        """,
    ),
    "MyST links a label as Markdown does": (
        "md",
        "Terms\n-----\n\nSee :ref:`the pages <page-size>` and :doc:`the limits </specs/api/limits>`.\n",
        """
        ## Terms

        See [the pages](#page-size) and [the limits](limits.rst).
        """,
    ),
    "MyST has comments and hard breaks": (
        "md",
        "Terms\n-----\n\nOne line, two lines.\n\nMore.\n",
        """
        ## Terms

        One line,\\
        two lines. <!-- to do -->

        % later

        <!-- a
        block -->

        More.
        """,
    ),
    "MyST has directives nested": (
        "md",
        "Terms\n-----\n\n.. warning::\n\n   Wait\n\n   .. code-block:: console\n\n      $ sleep 3\n",
        """
        ## Terms

        ````{warning}
        Wait

        ```{code-block} console
        $ sleep 3
        ```
        ````
        """,
    ),
}
SAME |= {
    "a character is escaped": (
        "rst",
        "Terms\n-----\n\nSet max_size.\n",
        "Terms\n-----\n\nSet max\\_size.\n",
    ),
    "a comment stands before a diagram": (
        "rst",
        "Terms\n-----\n\n.. graphviz::\n\n   digraph {a -> b}\n",
        "Terms\n-----\n\n.. later\n\n.. graphviz::\n\n   digraph {a -> b}\n",
    ),
    "a section stands before a title without ASCII letters": (
        "rst",
        "Read\n----\n\nSee `日本`_.\n\n日本\n----\n\nText.\n",
        "Read\n----\n\nSee `日本`_.\n\n日\n--\n\nNew.\n\n日本\n----\n\nText.\n",
    ),
}
FURTHER: dict[str, tuple[str, str, str]] = {
    "the link of a picture": (".. image:: /x.svg\n   :target: https://x.example/v1", "v1", "v2"),
    "the link of a figure": (
        ".. figure:: /x.svg\n   :target: https://x.example/v1\n\n   Caption.", "v1", "v2",
    ),
    "a link in a parsed literal": (
        ".. parsed-literal::\n\n   see `it <https://x.example/v1>`_", "v1", "v2",
    ),
    "an icon": (":octicon:`check` yes", "check", "x"),
    "a footnote that nothing refers to": ("Text.\n\n.. [1] limit 100", "100", "900"),
    "the nesting of lines": ("| one\n|   two", "|   two", "| two"),
    "a condition": (".. only:: html\n\n   Text.", "html", "latex"),
    "a bar in a cell": ("=====  ==\na      b\n=====  ==\n", "a      b", "a | b   "),
    "math": (":math:`a + b`", "a + b", "a - b"),
    "a table's caption": (".. table:: Limits of 2026\n\n   ==  ==\n   a   b\n   ==  ==\n", "2026", "2027"),
    "raw text": (".. raw:: html\n\n   <b>100</b>", "100", "200"),
    "a download": (":download:`it </one.txt>`", "one", "two"),
    "a version": (".. versionchanged:: 2.0\n   Faster.", "2.0", "3.0"),
    "a glossary entry": (".. glossary::\n\n   limit\n      100 requests", "100", "200"),
    "a field": (":limit: 100", "100", "200"),
    "a card": (".. card:: Limit\n\n   100 requests", "100", "200"),
    "a diagram": (".. graphviz::\n\n   digraph {a -> b}", "a -> b", "b -> a"),
}  # fmt: skip
"""A text, and what of it changes into what."""
CHANGED = {
    "a number": ("100 requests", "120 requests"),
    "inline code": ("``429``", "``503``"),
    "code that was text": ("100 requests", "``100`` requests"),
    "a table cell": ("paid   1000", "paid   2000"),
    "a table row": ("paid   1000\n", "paid   1000\nfirm   5000\n"),
    "a link target": ("proto.example/retry", "proto.example/again"),
    "a reference's target": ("<page-size>", "<rate-limits>"),
    "a word": ("per region", "per zone"),
    "a negation": ("have others", "have no others"),
    "a list item": ("* another kind\n", "* another kind\n* a third\n"),
    "the depth of a list item": ("  * with a part", "* with a part"),
    "the order of steps": ("1. first\n2. second", "1. second\n2. first"),
    "the number that a list starts at": ("1. first\n2. second", "3. first\n4. second"),
    "a literal block": ("retry = 3", "retry = 5"),
    "indentation in a literal block": ("      indented", "        indented"),
    "the kind of an admonition": (".. note::", ".. danger::"),
    "a definition": ("data centres", "clusters"),
    "a footnote": ("By contract", "By courtesy"),
    "the title": ("Client limits\n-------------", "Client quotas\n-------------"),
    "an image": ("* one *kind*", ".. image:: /limits.svg\n\n* one *kind*"),
}


def page(text: str) -> str:
    return f"Page\n====\n\n{textwrap.dedent(text).strip()}\n"


def md_page(text: str) -> str:
    return f"# Page\n\n{textwrap.dedent(text).strip()}\n"


@pytest.fixture(scope="module")
def sections(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Section]:
    """The second section of every page, by docname, from one build."""
    project = Project(tmp_path_factory.mktemp("digest"))
    conf = project.srcdir / "conf.py"
    conf.write_text(
        conf.read_text()
        + 'extensions += ["sphinx.ext.graphviz", "sphinx_design"]\n'
        + 'myst_enable_extensions = ["colon_fence", "deflist"]\nsuppress_warnings = ["*"]\n'
    )
    files = {"specs/api/limits.rst": page(".. _page-size:\n\nPages\n-----\n\nText.\n")}
    for number, (syntax, one, other) in enumerate(SAME.values()):
        files[f"specs/api/same-{number}-a.rst"] = page(one)
        text = page(other) if syntax == "rst" else md_page(other)
        files[f"specs/api/same-{number}-b.{syntax}"] = text
    for number, (text, old, new) in enumerate(FURTHER.values()):
        assert text.count(old) == 1, text
        for mark, body in (("a", text), ("b", text.replace(old, new))):
            files[f"specs/api/further-{number}-{mark}.rst"] = page(f"Terms\n-----\n\n{body}\n")
    files["specs/api/base.rst"] = page(RST)
    for number, (old, new) in enumerate(CHANGED.values()):
        assert RST.count(old) == 1, old
        files[f"specs/api/changed-{number}.rst"] = page(RST.replace(old, new))
    project.write(files)
    documents = project.build("dummy").documents
    return {name: facts.sections[1] for name, facts in documents.items() if facts.sections[1:]}


@pytest.mark.parametrize("number", range(len(SAME)), ids=list(SAME))
def test_same_meaning_has_the_same_digest(number: int, sections: dict[str, Section]) -> None:
    one = sections[f"specs/api/same-{number}-a"]
    other = sections[f"specs/api/same-{number}-b"]
    assert one.words == other.words
    assert one.digest == other.digest
    assert one.digest.startswith("w1:")


@pytest.mark.parametrize("number", range(len(CHANGED)), ids=list(CHANGED))
def test_another_meaning_has_another_digest(number: int, sections: dict[str, Section]) -> None:
    assert sections[f"specs/api/changed-{number}"].digest != sections["specs/api/base"].digest


@pytest.mark.parametrize("number", range(len(FURTHER)), ids=list(FURTHER))
def test_whatever_readers_see_is_in_the_digest(number: int, sections: dict[str, Section]) -> None:
    one = sections[f"specs/api/further-{number}-a"]
    other = sections[f"specs/api/further-{number}-b"]
    assert one.digest != other.digest
    assert "\0" not in one.words


def test_footnotes_may_refer_to_each_other(project: Project) -> None:
    text = "Terms\n-----\n\nSee [1]_.\n\n.. [1] As in [2]_.\n.. [2] As in [1]_ and [2]_.\n"
    project.write({"specs/api/terms.rst": page(text)})
    words = project.build("dummy").documents["specs/api/terms"].sections[1].words
    assert words == "See [^As in [^2].]."


@pytest.mark.parametrize("language", ["de", "fr", "sv"])
def test_digest_is_that_of_every_builder_in_every_language(project: Project, language: str) -> None:
    project.write({"specs/api/terms.rst": page("Terms\n-----\n\nDie 'Grenze' \"gilt\".\n")})
    digests = {
        project.build(builder, language=language).documents["specs/api/terms"].sections[1].digest
        for builder in ("html", "text", "man")
    }
    assert len(digests) == 1


def test_section_inside_a_condition_counts_for_the_one_around_it(project: Project) -> None:
    text = "Limits\n------\n\nOwn.\n\n.. only:: html\n\n   Sub\n   ~~~\n\n   limit {} requests\n"
    project.write(
        {"specs/api/a.rst": page(text.format(100)), "specs/api/b.rst": page(text.format(900))}
    )
    documents = project.build("dummy").documents
    one, other = (documents[f"specs/api/{name}"].sections[1] for name in "ab")
    assert one.tree != other.tree
    assert one.has_subsections


@pytest.mark.parametrize(
    ("old", "new"), [("Retry", "Repeat"), ("open", "rejected"), (":tags: a", ":tags: b")]
)
def test_what_a_need_says_counts_for_its_section(
    make_project: Callable[..., Project], old: str, new: str
) -> None:
    project = make_project(needs=True)
    text = "Limits\n------\n\n.. req:: Retry\n   :id: REQ_00001\n   :status: open\n   :tags: a\n\n   Text.\n"
    project.write({"specs/api/a.rst": page(text)})
    before = project.build("dummy").documents["specs/api/a"].sections[1].digest
    project.write({"specs/api/a.rst": page(text.replace(old, new))})
    assert project.build("dummy").documents["specs/api/a"].sections[1].digest != before


def test_half_a_character_does_not_end_a_build(project: Project) -> None:
    text = ".. |x| unicode:: 0xD800\n\nTerms |x|\n---------\n\nText |x|.\n"
    project.write({"specs/api/a.rst": page(text)})
    assert project.build("dummy").documents["specs/api/a"].sections[1].words == "Text ?."


def test_digest_is_that_of_every_builder(project: Project) -> None:
    text = 'Terms\n-----\n\nIt says "slow down" -- it\'s a limit...\n\n.. only:: html\n\n   On the web.\n'
    project.write({"specs/api/terms.rst": page(text)})
    digests = {
        project.build(builder).documents["specs/api/terms"].sections[1].digest
        for builder in ("html", "text", "man", "epub", "latex", "dummy")
    }
    assert len(digests) == 1


def test_subtree_changes_with_a_section_below_it_and_own_text_does_not(project: Project) -> None:
    text = "Limits\n------\n\nOwn text.\n\nPartners\n~~~~~~~~\n\nPartners get {} requests.\n"
    project.write(
        {"specs/api/a.rst": page(text.format(100)), "specs/api/b.rst": page(text.format(200))}
    )
    documents = project.build("dummy").documents
    (one, below), (other, below_other) = (
        documents[f"specs/api/{name}"].sections[1:] for name in "ab"
    )
    assert one.digest == other.digest
    assert one.tree != other.tree
    assert below.digest != below_other.digest
    assert not below.tree


def test_operational_pages_carry_no_text(project: Project) -> None:
    project.write({"ops/page.rst": page(RST), "specs/api/page.rst": page(RST)})
    documents = project.build("dummy").documents
    assert "ops/page" not in documents or not documents["ops/page"].sections
    assert documents["specs/api/page"].sections[1].words


def test_needs_of_a_specification_have_digests(make_project: Callable[..., Project]) -> None:
    project = make_project(needs=True)
    project.write(
        {
            "specs/api/n.rst": page(
                ".. req:: Retry\n   :id: REQ_00001\n\n   Clients retry 3 times.\n"
            )
        }
    )
    (need,) = project.build("dummy").documents["specs/api/n"].needs
    project.write(
        {
            "specs/api/n.rst": page(
                ".. req:: Retry\n   :id: REQ_00001\n\n   Clients retry 5 times.\n"
            )
        }
    )
    (changed,) = project.build("dummy").documents["specs/api/n"].needs
    assert need.digest
    assert need.digest != changed.digest
