"""Pins: what ``opsdocs accept`` writes, what becomes suspect, and locks that are merged or broken."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from sphinxext_opsdocs.canonical.lock_file import (
    LOCK_FILE,
    LOCK_FORMAT,
    Lock,
    Pin,
    dump_lock,
)
from sphinxext_opsdocs.cli import main
from sphinxext_opsdocs.storage import UnreadableError
from tests.commands import git, run
from tests.project import RUNBOOK_SECTIONS_RST, SPECIFICATION, Project, md_page, rst_page

LIMITS = """
.. _rate-limits:

Rate limits
-----------

A client gets 429 after 100 requests.

Partners
~~~~~~~~

Partners may ask for more, in writing.

.. _page-size:

Page size
---------

One answer holds 50 records.
"""


def limits(old: str = "", new: str = "") -> str:
    assert old in LIMITS
    return rst_page(LIMITS.replace(old, new) if old else LIMITS, "Limits", SPECIFICATION)


@pytest.fixture
def pinned(project: Project) -> Project:
    """A runbook in each syntax that refers to two sections, all pinned."""
    project.write(
        {
            "specs/api/limits.rst": limits(),
            "ops/one.rst": rst_page(
                f"{RUNBOOK_SECTIONS_RST}\nWatch it, see :canonical:`api:rate-limits`.\n\n"
                ".. canonical-ref:: api:page-size\n",
                "One",
            ),
            "ops/two.md": md_page(
                RUNBOOK_SECTIONS_RST.replace("\n-", "\n--")
                + "\n```{canonical-ref} api:rate-limits, api:specs/api/limits#page-size\n```\n",
                "Two",
            ),
        }
    )
    for page in ("ops/one", "ops/two"):
        done = accept(
            project, page, "api:rate-limits", "api:page-size", "--yes", "--reason", "read"
        )
        assert done.exit_code == 0, done.output
    return project


def accept(project: Project, *words: str, answers: str = "") -> Result:
    """Run ``opsdocs accept`` as Jo."""
    options = ("-s", str(project.srcdir), "--by", "Jo")
    return CliRunner().invoke(main, ["accept", *words, *options], input=answers)


def test_pinned_references_are_clean(pinned: Project) -> None:
    assert pinned.build("dummy").findings == ()
    lock = LOCK_FORMAT.load_if_present(pinned.srcdir / LOCK_FILE)
    assert lock
    assert sorted(lock.pins) == [
        ("ops/one", "api:page-size"),
        ("ops/one", "api:rate-limits"),
        ("ops/two", "api:page-size"),
        ("ops/two", "api:rate-limits"),
    ]
    pin = lock.pins["ops/one", "api:rate-limits"]
    assert (pin.by, pin.on, pin.version, pin.reason) == ("Jo", "2026-11-23", "2.1", "read")
    assert pin.name == "specs/api/limits#rate-limits"
    assert lock.texts[pin.digest][-2:] == ("§§ Partners", "Partners may ask for more, in writing.")


def test_a_project_without_a_lock_hears_nothing_of_pins(project: Project) -> None:
    project.write({"specs/api/limits.rst": limits(), "ops/one.rst": rst_page(
        f"{RUNBOOK_SECTIONS_RST}\n.. canonical-ref:: api:page-size\n")})  # fmt: skip
    assert project.build("dummy").findings == ()


@pytest.mark.parametrize(
    ("old", "new", "suspect", "words"),
    [
        ("100 requests", "50 requests", "api:rate-limits", "changed since"),
        ("in writing", "by phone", "api:rate-limits", "changed in a section below it since"),
        ("50 records", "500 records", "api:page-size", "changed since"),
    ],
)
def test_changed_section_is_suspect_on_every_page(
    pinned: Project, old: str, new: str, suspect: str, words: str
) -> None:
    pinned.write({"specs/api/limits.rst": limits(old, new)})
    findings = pinned.build("dummy").findings
    assert [f.rule for f in findings] == ["canonical_suspect"] * 2
    assert [f.docname for f in findings] == ["ops/one", "ops/two"]
    for finding in findings:
        assert f'"{suspect}" {words}' in finding.message
        assert f"opsdocs accept {finding.docname} {suspect}" in finding.message
        assert "on 2026-11-23, in version 2.1" in finding.message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("A client gets 429 after\n100", "A client gets 429 after 100"),
        ("50 records.", "50\nrecords."),
        ("-----------", "~~~~~~~~~~~"),
        ("Partners may", ".. a comment\n\nPartners may"),
    ],
)
def test_reformatted_section_is_not_suspect(pinned: Project, old: str, new: str) -> None:
    text = limits()
    if old == "-----------":
        text = (
            limits().replace("-----------\n", "===========\n").replace("---------\n", "=========\n")
        )
        text = text.replace("======\n\n.. _rate", "------\n\n.. _rate")
        text = text.replace("Limits\n======", "******\nLimits\n******")
    pinned.write({"specs/api/limits.rst": text.replace(old, new)})
    assert pinned.build("dummy").findings == ()


def test_new_reference_is_unpinned(pinned: Project) -> None:
    pinned.append("ops/one.rst", "\n.. canonical-ref:: api:specs/api/limits#partners\n")
    (finding,) = pinned.build("dummy").findings
    assert finding.rule == "canonical_unpinned"
    assert "opsdocs accept ops/one api:specs/api/limits#partners" in finding.message


def test_lost_label_is_told_and_keeps_its_pin(pinned: Project) -> None:
    pinned.write({"specs/api/limits.rst": limits(".. _page-size:\n\n", "")})
    findings = pinned.build("dummy").findings
    assert [f.rule for f in findings] == ["canonical_moved"]  # the other page uses no label
    assert 'write "api:specs/api/limits#page-size"' in findings[0].message


def test_section_that_moved_is_found_by_its_pinned_text(pinned: Project) -> None:
    start = LIMITS.index(".. _rate-limits:")
    end = LIMITS.index(".. _page-size:")
    moved = LIMITS[start:end].replace(".. _rate-limits:", ".. _throttling:")
    pinned.write(
        {
            "specs/api/limits.rst": limits(LIMITS[start:end], ""),
            "specs/api/throttling.md": md_page("Text.", "Throttling", SPECIFICATION),
            "specs/api/other.rst": rst_page(moved, "Other", SPECIFICATION),
        }
    )
    findings = pinned.build("dummy").findings
    assert [f.rule for f in findings] == ["canonical_moved"] * 2
    assert 'its pinned text does under another name; write "api:throttling"' in findings[0].message


def test_section_that_is_gone_is_unresolved(pinned: Project) -> None:
    start, end = LIMITS.index(".. _rate-limits:"), LIMITS.index(".. _page-size:")
    pinned.write({"specs/api/limits.rst": limits(LIMITS[start:end], "")})
    assert pinned.build("dummy").rules == ["canonical_unresolved"] * 2


def test_short_text_is_not_taken_for_the_lost_one(pinned: Project) -> None:
    start = LIMITS.index(".. _page-size:")
    pinned.write(
        {
            "specs/api/limits.rst": limits(LIMITS[start:], ""),
            "specs/api/other.rst": rst_page(
                "Page size\n---------\n\nOne answer holds 50 records.\n", "Other", SPECIFICATION
            ),
        }
    )
    findings = pinned.build("dummy").findings
    assert [f.rule for f in findings] == ["canonical_unresolved"] * 2
    assert 'did you mean "specs/api/other#page-size"' in findings[0].message


def test_accept_shows_both_texts_and_the_passage_and_asks(pinned: Project) -> None:
    pinned.write({"specs/api/limits.rst": limits("100 requests", "50 requests")})
    before = (pinned.srcdir / LOCK_FILE).read_bytes()
    done = accept(pinned, "ops/one.rst", answers="n\n")
    assert done.exit_code == 0
    assert "-A client gets 429 after 100 requests." in done.output
    assert "+A client gets 429 after 50 requests." in done.output
    assert "pinned on 2026-11-23 by Jo, version 2.1: read" in done.output
    assert "Watch it, see :canonical:`api:rate-limits`." in done.output
    assert "Is the page still correct?" in done.output
    assert (pinned.srcdir / LOCK_FILE).read_bytes() == before
    done = accept(pinned, "ops/one", answers="y\nthe runbook names no number\n")
    assert "pinned 1 of 1 for ops/one" in done.output
    assert pinned.build("dummy").rules == ["canonical_suspect"]
    lock = LOCK_FORMAT.load_if_present(pinned.srcdir / LOCK_FILE)
    assert lock
    assert lock.pins["ops/one", "api:rate-limits"].reason == "the runbook names no number"


def test_accept_asks_for_no_reason_that_was_given(pinned: Project) -> None:
    pinned.write({"specs/api/limits.rst": limits("100 requests", "50 requests")})
    done = accept(pinned, "ops/one", "api:rate-limits", "--reason", "as agreed", answers="y\n")
    assert "pinned 1 of 1" in done.output
    lock = LOCK_FORMAT.load_if_present(pinned.srcdir / LOCK_FILE)
    assert lock
    assert lock.pins["ops/one", "api:rate-limits"].reason == "as agreed"


def test_accept_writes_nothing_when_nobody_answers(pinned: Project) -> None:
    pinned.write({"specs/api/limits.rst": limits("100 requests", "50 requests")})
    before = (pinned.srcdir / LOCK_FILE).read_bytes()
    done = accept(pinned, "ops/one")
    assert done.exit_code == 2
    assert (pinned.srcdir / LOCK_FILE).read_bytes() == before


CHANGED = LIMITS.replace("100 requests", "50 requests").replace("50 records", "500 records")


def test_accept_goes_through_many_and_keeps_each_answer(pinned: Project) -> None:
    pinned.write({"specs/api/limits.rst": rst_page(CHANGED, "Limits", SPECIFICATION)})
    # one reason for several; then an end of input
    done = accept(pinned, answers="y\nchecked both\ny\n\nn\n")
    assert done.exit_code == 2
    assert "1 of 4: ops/one, api:rate-limits" in done.output
    assert "4 of 4: ops/two" in done.output
    assert "2 pinned, 1 left" in done.output
    lock = LOCK_FORMAT.load_if_present(pinned.srcdir / LOCK_FILE)
    assert lock
    answered = {key for key, pin in lock.pins.items() if pin.reason == "checked both"}
    assert answered == {("ops/one", "api:page-size"), ("ops/one", "api:rate-limits")}
    assert len(pinned.build("dummy").of("canonical_suspect")) == 2


def test_accept_by_section_on_every_page(pinned: Project) -> None:
    pinned.write({"specs/api/limits.rst": rst_page(CHANGED, "Limits", SPECIFICATION)})
    words = ("--section", "api:page-size", "--reason", "no page counts records", "--yes")
    done = accept(pinned, *words)
    assert done.exit_code == 0, done.output
    assert "pinned 2 of 2" in done.output
    suspects = pinned.build("dummy").of("canonical_suspect")
    assert len(suspects) == 2
    assert all("rate-limits" in finding.message for finding in suspects)
    assert (
        "refers to api:specs/api/limits#partners"
        in accept(pinned, "--section", "api:specs/api/limits#partners").output
    )


def test_accept_what_one_change_of_a_specification_touched(pinned: Project) -> None:
    root = pinned.srcdir
    git(root, "init", "-q", "-b", "main")
    pinned.write({"specs/api/limits.rst": limits("100 requests", "50 requests")})
    git(root, "add", "-A")
    git(root, "commit", "-qm", "before")
    pinned.write({"specs/api/limits.rst": rst_page(CHANGED, "Limits", SPECIFICATION)})
    done = accept(pinned, "--since", "HEAD", answers="y\nread\ny\n\n")
    assert done.exit_code == 0, done.output
    assert "pinned 2 of 2" in done.output
    # the change before was another one, and is still to be compared
    suspects = pinned.build("dummy").of("canonical_suspect")
    assert all("rate-limits" in finding.message for finding in suspects)
    assert len(suspects) == 2


def test_accept_leaves_out_what_no_rule_wants_pinned(pinned: Project) -> None:
    (pinned.srcdir / LOCK_FILE).unlink()
    assert accept(pinned, "ops/one", answers="y\nread\ny\n\n").exit_code == 0
    config = (pinned.srcdir / "opsdocs.toml").read_text()
    off = '\n[rules.per-folder."ops/two"]\ncanonical_unpinned = "off"\n'
    pinned.write({"opsdocs.toml": config + off})
    pinned.write({"specs/api/limits.rst": rst_page(CHANGED, "Limits", SPECIFICATION)})
    done = accept(pinned, "--section", "api:page-size", "--reason", "x", "--yes")
    assert "pinned 1 of 1" in done.output, done.output
    # a page that is named is pinned all the same
    done = accept(pinned, "ops/two", answers="y\nread\ny\n\n")
    assert "pinned 2 of 2" in done.output, done.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("ops/one", "--yes", "--reason", "all"), "--yes needs the sections by name"),
        (("ops/one", "api:page-size", "--yes"), "--yes needs the sections by name, and --reason"),
        (("ops/one", "api:page-siz", "--yes", "--reason", "x"), 'did you mean "page-size"'),
        (("ops/one", "api:page-size", "api:none", "--yes", "--reason", "x"), 'cannot resolve "api:none"'),
        (("ops/one", "api:specs/api/limits#partners", "--yes", "--reason", "x"),
         '"ops/one" does not refer to'),
        (("ops/on", "api:page-size", "--yes", "--reason", "x"), 'did you mean "ops/one" or "ops/two"?'),
    ],
)  # fmt: skip
def test_accept_refuses_what_is_not_named_and_found(
    pinned: Project, words: tuple[str, ...], message: str
) -> None:
    before = (pinned.srcdir / LOCK_FILE).read_bytes()
    done = accept(pinned, *words)
    assert done.exit_code == 2
    assert message in done.output
    assert (pinned.srcdir / LOCK_FILE).read_bytes() == before


def test_accept_drops_pins_that_nothing_uses(pinned: Project) -> None:
    pinned.write(
        {"ops/one.rst": rst_page(f"{RUNBOOK_SECTIONS_RST}\n.. canonical-ref:: api:page-size\n")}
    )
    pinned.remove("ops/two.md")
    done = accept(pinned, "ops/one", "api:page-size", "--yes", "--reason", "again")
    assert "api:rate-limits: no longer pinned for ops/one" in done.output
    lock = LOCK_FORMAT.load_if_present(pinned.srcdir / LOCK_FILE)
    assert lock
    assert list(lock.pins) == [("ops/one", "api:page-size")]
    assert len(lock.texts) == 1


def test_accept_from_a_facts_file(pinned: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    pinned.write({"specs/api/limits.rst": limits("100 requests", "50 requests")})
    facts = pinned.build().outdir / "opsdocs.json"
    words = ["accept", "ops/one", "api:rate-limits", "--yes", "--reason", "x", "-s", str(facts)]
    done = run(*words, "-c", str(pinned.srcdir))
    assert done.exit_code == 0, done.output
    assert pinned.build("dummy").rules == ["canonical_suspect"]


PINS = st.builds(
    Pin,
    document=st.text(),
    section=st.text(),
    name=st.text(),
    digest=st.sampled_from(["w1:1", "w1:2"]),
    reason=st.text(),
    by=st.text(),
)


@given(st.lists(PINS), st.lists(st.text(max_size=30), max_size=4))
def test_lock_is_read_as_it_was_written(pins: list[Pin], lines: list[str]) -> None:
    lock = Lock().with_pins(pins, {"w1:1": tuple(lines), "w1:2": ("§ x",)})
    path = Path(__import__("tempfile").mkdtemp()) / LOCK_FILE
    path.write_bytes(dump_lock(lock))
    assert LOCK_FORMAT.load_if_present(path) == lock
    path.unlink()
    path.parent.rmdir()


def broken(kind: str, text: str) -> bytes:
    half = text.index("\n\n", len(text) // 2) + 2
    return {
        "empty": b"",
        "cut in a block": text[: half + 20].encode(),
        "cut between blocks": text[:half].encode(),
        "other format": text.replace('"format": 1', '"format": 9').encode(),
        "conflict": text.replace("{", "<<<<<<< ours\n{", 1).encode(),
        "pinned twice": text.replace(
            '{"kind": "text"',
            '{"kind": "pin",\n "document": "ops/one",\n "section": "api:page-size",\n "name": "",\n '
            '"digest": "w1:0"}\n\n{"kind": "text"',
            1,
        ).encode(),
        "binary": b"\x00\xff" * 100,
        "deep": b"[" * 100_000,
        "unknown block": text.replace('{"kind": "end"}', '{"kind": "x"}').encode(),
    }[kind]


@pytest.mark.parametrize(
    "kind",
    ["empty", "cut in a block", "cut between blocks", "other format", "conflict", "pinned twice",
     "binary", "deep", "unknown block"],
)  # fmt: skip
def test_broken_lock_is_one_finding_and_is_not_overwritten(pinned: Project, kind: str) -> None:
    path = pinned.srcdir / LOCK_FILE
    data = broken(kind, path.read_text())
    path.write_bytes(data)
    (finding,) = pinned.build("dummy").findings
    assert (finding.rule, finding.place.path) == ("input_unreadable", LOCK_FILE)
    done = accept(pinned, "ops/one", "api:page-size", "--yes", "--reason", "x")
    assert done.exit_code == 2
    assert LOCK_FILE in done.output
    assert path.read_bytes() == data


def test_oversized_lock_is_refused(tmp_path: Path) -> None:
    path = tmp_path / LOCK_FILE
    with path.open("wb") as file:
        file.truncate(200 << 20)
    with pytest.raises(UnreadableError, match="the limit is"):
        LOCK_FORMAT.load_if_present(path)


def test_branches_that_pin_different_sections_merge(pinned: Project) -> None:
    folder = pinned.srcdir
    pinned.write({"specs/api/limits.rst": limits("100 requests", "50 requests")})
    text = (folder / "specs/api/limits.rst").read_text().replace("50 records", "500 records")
    pinned.write({"specs/api/limits.rst": text})
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "both sections changed")
    for branch, page, section in (
        ("a", "ops/one", "api:rate-limits"),
        ("b", "ops/two", "api:page-size"),
    ):
        git(folder, "checkout", "-q", "-b", branch, "main")
        assert accept(pinned, page, section, "--yes", "--reason", branch).exit_code == 0
        git(folder, "commit", "-qam", branch)
    git(folder, "merge", "-q", "a", "-m", "merge")
    lock = LOCK_FORMAT.load_if_present(folder / LOCK_FILE)
    assert lock
    assert lock.pins["ops/one", "api:rate-limits"].reason == "a"
    assert lock.pins["ops/two", "api:page-size"].reason == "b"
    assert pinned.build("dummy").rules == ["canonical_suspect"] * 2


def test_ambiguous_reference_keeps_the_pins_of_its_page(pinned: Project) -> None:
    pinned.write(
        {
            "specs/api/other.rst": rst_page(
                LIMITS[: LIMITS.index("Partners")], "Other", SPECIFICATION
            )
        }
    )
    pinned.append("ops/one.rst", "\n.. canonical-ref:: api:specs/api/limits#partners\n")
    done = accept(pinned, "ops/one", "api:specs/api/limits#partners", "--yes", "--reason", "x")
    assert done.exit_code == 0, done.output
    assert "no longer pinned" not in done.output
    lock = LOCK_FORMAT.load_if_present(pinned.srcdir / LOCK_FILE)
    assert lock
    assert ("ops/one", "api:rate-limits") in lock.pins


def test_page_that_this_build_leaves_out_keeps_its_pins(pinned: Project) -> None:
    pinned.append("ops/one.rst", "\n.. canonical-ref:: api:specs/api/limits#partners\n")
    words = (
        "api:specs/api/limits#partners",
        "--yes",
        "--reason",
        "x",
        "-D",
        "exclude_patterns=ops/two*",
    )
    done = accept(pinned, "ops/one", *words)
    assert "pinned 1 of 1" in done.output
    lock = LOCK_FORMAT.load_if_present(pinned.srcdir / LOCK_FILE)
    assert lock
    assert ("ops/two", "api:page-size") in lock.pins


def test_lost_label_is_not_followed_to_another_text_under_its_anchor(pinned: Project) -> None:
    start, end = LIMITS.index(".. _rate-limits:"), LIMITS.index("Partners\n")
    old = LIMITS[start:end]
    pinned.write(
        {
            "specs/api/limits.rst": limits(
                LIMITS[start : LIMITS.index(".. _page-size:")],
                "Rate limits\n-----------\n\nDisk quotas are 5 GiB for every tenant.\n\n",
            ),
            "specs/api/new.rst": rst_page(
                old.replace(".. _rate-limits:\n\n", "").replace(
                    "Rate limits\n-----------", "Throttling\n----------"
                )
                + LIMITS[end : LIMITS.index(".. _page-size:")],
                "New",
                SPECIFICATION,
            ),
        }
    )
    messages = [finding.message for finding in pinned.build("dummy").findings]
    assert not any(
        "specs/api/limits#rate-limits" in message for message in messages if "write" in message
    )


@pytest.mark.parametrize("accepts", [True, False], ids=["accepted", "not accepted"])
def test_pin_outlives_the_redirect_of_a_corrected_name(pinned: Project, accepts: bool) -> None:
    text = md_page(
        RUNBOOK_SECTIONS_RST.replace("\n-", "\n--")
        + "\n```{canonical-ref} api:specs/api/limits#partners\n```\n",
        "Two",
    )
    pinned.write({"ops/two.md": text})
    done = accept(pinned, "ops/two", "api:specs/api/limits#partners", "--yes", "--reason", "read")
    assert done.exit_code == 0, done.output
    pinned.remove("specs/api/limits.rst")
    pinned.write(
        {
            "specs/api/quotas.rst": limits(),
            "specs/api/redirects": "limits.rst quotas.rst\n",
            "ops/two.md": text.replace("api/limits#", "api/quotas#"),
        }
    )
    assert pinned.build("dummy").findings == ()
    if accepts:
        done = accept(pinned, "ops/two")
        assert "same text as pinned for api:specs/api/limits#partners" in done.output
        lock = LOCK_FORMAT.load_if_present(pinned.srcdir / LOCK_FILE)
        assert lock
        found = [pin for (document, _), pin in lock.pins.items() if document == "ops/two"]
        assert [(pin.section, pin.reason) for pin in found] == [
            ("api:specs/api/quotas#partners", "read")
        ]
    pinned.remove("specs/api/redirects")
    assert pinned.build("dummy").findings == ()


def test_later_one_of_two_pins_for_one_text_stays() -> None:
    def lock(on: str, reason: str, digest: str = "w1:0", version: str = "1") -> Lock:
        pin = Pin(
            document="ops/a",
            section="api:b",
            name="b#b",
            digest=digest,
            version=version,
            by="Jo",
            on=on,
            reason=reason,
        )
        return Lock({("ops/a", "api:b"): pin}, {digest: ("Text.",)})

    one, two = lock("2026-11-20", "one"), lock("2026-11-21", "two")
    same_day = lock("2026-11-20", "one", version="2")
    for mine, other, kept in (
        (one, two, two),
        (two, one, two),
        (one, same_day, same_day),
        (same_day, one, same_day),
    ):
        assert Lock().merge(mine, other) == (kept, ())
    assert Lock().merge(one, lock("2026-11-21", "two", digest="w1:1")) == (
        Lock(),
        (("ops/a", "api:b"),),
    )
