"""Redirects of other extensions: read the same for every builder, whatever style they are written in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.project import SPECIFICATION, Project, md_page, rst_page

NEW = {"specs/api/new.rst": rst_page("Here\n----\n\nText.\n", "New", SPECIFICATION)}
# the extensions themselves are not needed: what we read is their settings
SETTINGS = """
def setup(app):
    app.add_config_value("redirects", {}, "env")
    app.add_config_value("rediraffe_redirects", None, "env")
"""
BUILDERS = ["html", "dirhtml", "singlehtml", "dummy"]


def refer(suffix: str, *targets: str) -> dict[str, str]:
    """An operational page that refers to each target in a paragraph of its own."""
    if suffix == "md":
        body = "\n\n".join(f"{{canonical}}`{target}`" for target in targets)
        return {"ops/page.md": md_page(body)}
    return {"ops/page.rst": rst_page("\n\n".join(f":canonical:`{target}`" for target in targets))}


def messages(project: Project, builder: str = "dummy") -> list[str]:
    """What is found about references."""
    findings = project.build(builder, fresh=True).findings
    return [
        f.message for f in findings if f.rule.startswith("canonical_") and "missing" not in f.rule
    ]


def with_settings(project: Project, **settings: object) -> Project:
    """The project with settings of the extensions in its conf.py."""
    lines = "".join(f"{name} = {value!r}\n" for name, value in settings.items())
    project.append("conf.py", SETTINGS + lines)
    project.write(NEW)
    return project


@pytest.mark.parametrize("builder", BUILDERS)
@pytest.mark.parametrize("suffix", ["rst", "md"])
@pytest.mark.parametrize(
    "target",
    ["new.html", "../new/", "/specs/api/new.html", "/specs/api/new/", "../new/index.html", "new"],
)
def test_table_of_reredirects_is_followed_in_both_styles_and_every_builder(
    project: Project, builder: str, suffix: str, target: str
) -> None:
    with_settings(project, redirects={"specs/api/old": target})
    project.write(refer(suffix, "api:specs/api/old#here"))
    assert messages(project, builder) == [
        '"api:specs/api/old#here" moved; write "api:specs/api/new#here"'
    ]


def test_patterns_of_reredirects_name_the_old_page_in_their_target(project: Project) -> None:
    with_settings(project, redirects={"specs/api/v1/*": "/specs/api/$source.html"})
    project.write(
        {
            "specs/api/v1/a.rst": "Moved\n=====\n",
            "specs/api/specs/api/v1/a.rst": rst_page("Here\n----\n\nText.\n", "A", SPECIFICATION),
            **refer("rst", "api:specs/api/v1/a#here"),
        }
    )
    assert messages(project) == [
        '"api:specs/api/v1/a#here" moved; write "api:specs/api/specs/api/v1/a#here"'
    ]


@pytest.mark.parametrize("suffix", ["rst", "md"])
@pytest.mark.parametrize(
    "line",
    [
        '"specs/api/with space.md" "specs/api/new.rst"',
        "'specs/api/with space.md' specs/api/new.rst",
        '"specs/api/with space.md"\tspecs/api/new.rst   # moved in May',
        '"specs\\api\\with space.md" specs\\api\\new.rst',
    ],
)
def test_quoted_names_with_spaces_are_read(project: Project, suffix: str, line: str) -> None:
    with_settings(project, rediraffe_redirects="moved.txt")
    project.write({"moved.txt": f"# moved pages\n\n{line}\n"})
    project.write(refer(suffix, "api:specs/api/with space#here"))
    assert messages(project) == [
        '"api:specs/api/with space#here" moved; write "api:specs/api/new#here"'
    ]


def test_lines_of_other_shapes_are_left_out(project: Project) -> None:
    project.write(NEW)
    lines = 'one\n"open specs/api/new.rst\n# a b\na b c\nold.rst new.rst\n'
    project.write({"specs/api/redirects": lines, **refer("rst", "api:specs/api/old#here")})
    assert messages(project) == ['"api:specs/api/old#here" moved; write "api:specs/api/new#here"']


@pytest.mark.parametrize("suffix", ["rst", "md"])
def test_circle_is_named(project: Project, suffix: str) -> None:
    table = {"specs/api/a": "b.html", "specs/api/b": "c.html", "specs/api/c": "a.html"}
    with_settings(project, redirects={**table, "specs/api/in": "a.html"})
    project.write(refer(suffix, "api:specs/api/a#x", "api:specs/api/in"))
    circle = " → ".join(f'"specs/api/{name}"' for name in "abca")
    first, second = messages(project)
    assert 'its redirects lead in a circle: "specs/api/a#x" → "specs/api/b#x"' in first
    assert f'its redirects lead in a circle: "specs/api/in" → {circle}' in second
    assert "let one of them lead to a page" in first


def test_long_chain_is_followed_to_its_end(project: Project) -> None:
    chain = {f"specs/api/p{n}": f"p{n + 1}.html" for n in range(30)}
    with_settings(project, redirects={**chain, "specs/api/p30": "new.html"})
    project.write(refer("rst", "api:specs/api/p0#here"))
    assert messages(project) == ['"api:specs/api/p0#here" moved; write "api:specs/api/new#here"']


def test_anchor_of_a_redirect_wins_and_folder_pages_are_found(project: Project) -> None:
    with_settings(project, rediraffe_redirects={"specs/api/old.rst": "specs/api/guide#there"})
    project.write(
        {
            "specs/api/guide/index.rst": rst_page("There\n-----\n\nText.\n", "G", SPECIFICATION),
            **refer("rst", "api:specs/api/old#here"),
        }
    )
    assert messages(project) == [
        '"api:specs/api/old#here" moved; write "api:specs/api/guide/index#there"'
    ]


def test_redirect_that_comes_and_goes_is_followed_by_the_next_build(
    make_project: Callable[..., Project],
) -> None:
    project = with_settings(make_project("steps"), rediraffe_redirects="moved.txt")
    project.write(refer("rst", "api:specs/api/old#here"))
    assert project.build().rules.count("canonical_unresolved") == 1
    project.write({"moved.txt": "specs/api/old.rst specs/api/new.rst\n"})
    build = project.build()
    assert build.rules.count("canonical_moved") == 1
    assert "specs/api/new.html#here" in build.text("ops/page.html")
    project.remove("moved.txt")
    assert project.build().rules.count("canonical_unresolved") == 1
