"""What is read of a page's prose: which sentences, of what kind, and where they stand."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sphinxext_opsdocs.config.confidence import Confidence, is_enough
from sphinxext_opsdocs.facts.prose import BEHAVIOUR, INTENT, KEYWORD, NORM, WORKAROUND
from sphinxext_opsdocs.rules import RULES
from sphinxext_opsdocs.text import language_file
from sphinxext_opsdocs.text.claims import BlockContext, find_claims
from sphinxext_opsdocs.text.inflection import inflected_pattern
from sphinxext_opsdocs.text.language_file import LanguageError, default_language, load_language
from sphinxext_opsdocs.text.sentences import split_sentences
from tests.commands import ROOT
from tests.project import (
    CONFIG,
    HEADER,
    SPEC_PAGE,
    SPECIFICATION,
    Build,
    Project,
    md_page,
    rst_page,
)

ENGLISH = default_language()
RULE = "Every client must have a token."
PAGES = {"rst": rst_page, "md": md_page}
NORMS = ("normative_keyword", "normative_statement")


def lines_of(build: Build, *rules: str) -> list[int]:
    return [f.place.line for f in build.findings if f.rule in rules]


def marked(text: str, mark: str = "Every ") -> list[int]:
    """1-based lines on which the sentences that should be found start."""
    return [number for number, line in enumerate(text.splitlines(), 1) if mark in line]


RST_PLACES = {
    "second line": f"First sentence here.\nStill the first. {RULE}",
    "broken over lines": "Every client\nmust have\na token.",
    "bullet": f"- One thing.\n- {RULE}\n\n  {RULE}",
    "enumerated": f"#. Stop it.\n#. {RULE}",
    "nested": f"- One:\n\n  - {RULE}\n\n    - Deeper. {RULE}",
    "admonition": f".. note::\n\n   Text.\n\n   {RULE}",
    "one-line admonition": f".. warning:: {RULE}",
    "grid table": f"+------+----------------------------------+\n| a    | b                                |\n+======+==================================+\n| one  | {RULE}  |\n+------+----------------------------------+",
    "list table": f".. list-table::\n\n   * - a\n     - b\n   * - one\n     - {RULE}",
    "csv table": f'.. csv-table::\n\n   "a", "b"\n   "one", "{RULE}"',
    "simple table": f"===  ================================\na    b\n===  ================================\none  {RULE}\n===  ================================",
    "definition": f"term\n  Text.\n\n  {RULE}",
    "field": f":name: {RULE}",
    "domain directive": f".. option:: --x\n\n   {RULE}",
    "figure": f".. figure:: x.png\n\n   A caption.\n\n   {RULE}",
    "only": f".. only:: html\n\n   {RULE}",
    "line block": f"| One line.\n| {RULE}",
    "footnote": f"Text [#f]_.\n\n.. [#f] {RULE}",
    "container": f".. container:: x\n\n   {RULE}",
    "topic": f".. topic:: Title\n\n   {RULE}",
}
MD_PLACES = {
    "second line": f"First sentence here.\nStill the first. {RULE}",
    "bullet": f"- One thing.\n- {RULE}\n\n  {RULE}",
    "nested": f"- One:\n\n  - {RULE}\n\n    - Deeper. {RULE}",
    "admonition": f"```{{note}}\nText.\n\n{RULE}\n```",
    "table": f"| a | b |\n|---|---|\n| one | {RULE} |\n| two | {RULE} |",
    "list table": f"```{{list-table}}\n* - a\n  - b\n* - one\n  - {RULE}\n```",
    "eval-rst": f"```{{eval-rst}}\n.. note::\n\n   {RULE}\n```",
    "footnote": f"Text [^f].\n\n[^f]: {RULE}",
}


@pytest.mark.parametrize("name", RST_PLACES)
def test_sentences_of_restructuredtext_are_found_where_they_stand(
    project: Project, name: str
) -> None:
    text = rst_page(RST_PLACES[name])
    project.write({"ops/page.rst": text, "ops/x.png": ""})
    assert lines_of(project.build("dummy"), *NORMS) == marked(text)


@pytest.mark.parametrize("name", MD_PLACES)
def test_sentences_of_myst_are_found_where_they_stand(project: Project, name: str) -> None:
    text = md_page(MD_PLACES[name])
    project.write({"ops/page.md": text})
    assert lines_of(project.build("dummy"), *NORMS) == marked(text)


def test_sentences_in_needs_and_included_files_are_found(make_project) -> None:  # type: ignore[no-untyped-def]
    project = make_project(needs=True)
    need = f".. need:: Some need\n   :id: NEED_1\n\n   Text.\n\n   {RULE}\n"
    project.write(
        {
            "ops/page.rst": rst_page(f"{need}\n.. include:: part.txt\n"),
            "ops/part.txt": f"Text.\n\nAnd more. {RULE}\n",
        }
    )
    found = [f.place for f in project.build("dummy").of("normative_statement")]
    assert [(p.path, p.line) for p in found] == [
        ("ops/page.rst", marked((project.srcdir / "ops/page.rst").read_text())[0]),
        ("ops/part.txt", 3),
    ]


SILENT_RST = {
    "literal block": f"Text::\n\n   {RULE}",
    "code": f".. code-block:: text\n\n   {RULE}",
    "inline code": f"It prints ``{RULE}`` then.",
    "quotation": f"Text.\n\n   {RULE}",
    "attributed quotation": f"- Text.\n\n     {RULE}\n\n     -- Somebody",
    "quotation marks": f'It prints "{RULE}" then.',
    "comment": f".. {RULE}",
    "title": f"{RULE}\n{'-' * len(RULE)}\n\nText.",
    "change": f".. document-change:: 2.1\n   :date: 2026-11-02\n   :what: text\n   :why: {RULE}",
    "version note": f".. versionchanged:: 2.0\n   {RULE}",
    "canonical quote": f".. canonical-quote:: api:rate-limits\n\n   {RULE}",
    "question": "Must every client have a token?",
    "source named": "Every client must have a token, see :canonical:`api:rate-limits`.",
    "linked source": "Every client must have a token, as described in `RFC 1 <https://r.example>`_.",
    "guilabel": ":guilabel:`Every client must have a token` is to be ticked.",
}


@pytest.mark.parametrize("name", SILENT_RST)
def test_what_the_page_does_not_say_itself_is_no_statement(project: Project, name: str) -> None:
    project.write({"ops/page.rst": rst_page(SILENT_RST[name]), "specs/api/limits.rst": SPEC_PAGE})
    assert lines_of(project.build("dummy"), *NORMS) == []


def test_quotation_of_myst_is_no_statement(project: Project) -> None:
    project.write({"ops/page.md": md_page(f"> {RULE}\n\n```\n{RULE}\n```\n")})
    assert lines_of(project.build("dummy"), *NORMS) == []


@pytest.mark.parametrize("suffix", PAGES)
def test_specifications_archived_and_foreign_pages_are_not_judged(
    project: Project, suffix: str
) -> None:
    page = PAGES[suffix]
    project.write(
        {
            f"specs/api/limits.{suffix}": page(RULE, header=SPECIFICATION),
            f"specs/api/bare.{suffix}": page(RULE, header=None),
            f"ops/archived.{suffix}": page(RULE, header=HEADER | {"status": "Archived"}),
            f"other/page.{suffix}": page(RULE, header=None),
            f"ops/headless.{suffix}": page(RULE, header=None),
            f"other/governed.{suffix}": page(RULE),
        }
    )
    found = {f.docname for f in project.build("dummy").of("normative_statement")}
    assert found == {"ops/headless", "other/governed"}


def claimed(text: str, after: str = "", least: Confidence = "medium") -> set[str]:
    """The claims that a sentence makes with some confidence at least."""
    claims = find_claims("", text, after, ENGLISH)
    return {claim.kind for claim in claims if is_enough(claim.confidence, least)}


FIRES = {
    "Each environment must be installed in a cluster of its own.": NORM,
    "The certificate must have two names.": NORM,
    "This number must be greater than the limit.": NORM,
    "Users must use a strong passphrase.": NORM,
    "Everything that can be moved must be in the `ops` folder.": NORM,
    "Tokens are never reused.": NORM,
    "The answer is guaranteed by us to be complete.": NORM,
    "When the state is `on` the label shall be removed.": NORM,
    "If they use tokens, then all clients MUST be known.": KEYWORD,
    "The gateway MUST NOT send more than ten.": KEYWORD,
    "The HTTP API MUST return 429.": KEYWORD,
    "TLS SHOULD be on for each client.": KEYWORD,
    "Clients are not allowed to keep a session.": NORM,
    "There must be at least three nodes.": NORM,
    "Administrators must have a second factor.": NORM,
    "Clients of https://x.example/may/not MUST wait.": KEYWORD,
}
SILENT = [
    "You must be on the VPN.",
    "First we MUST verify that nothing runs.",
    "The gateway must be stopped before you go on.",
    "To boot the node, it must first be created.",
    "After a change you must then restart the service on each node.",
    "If the command prints nothing, the pages must be mounted manually.",
    "The operator must restart the node.",
    "This does not mean that your servers must be small.",
    "There must be a problem with the node.",
    "It must have been restarted.",
    "If the node must be drained, stop traffic.",
    "A list of the nodes that must be drained.",
    "This should take five minutes.",
    "YOU MUST NOT reboot twice.",
    "Go there in May or must see it.",
    "The label `MUST` is set.",
    "It is not guaranteed to work.",
    "The command must return 0.",
    "Both checks must pass.",
    "The pod must be ready before the next step.",
    "The rules of the gateway are at https://x.example/SHOULD/MUST.",
    "The table and (https://x.example/spec/MUST) tell more.",
    "The gateway of www.x.example/clients/MUST/wait is old.",
    "The gateway reports to clients-MUST@x.example on an error.",
]


@pytest.mark.parametrize("text", FIRES)
def test_rules_on_systems_and_people_are_norms(text: str) -> None:
    assert FIRES[text] in claimed(text)


ADDRESSES = (
    "The rules of the gateway are at <https://x.example/SHOULD/MUST>.\n\n"
    "The list of endpoints is <https://x.example/docs/SHALL-NOT>.\n\n"
    "A bare https://x.example/a-known-workaround/MUST is shown.\n"
)


@pytest.mark.parametrize("suffix", ["rst", "md"])
def test_words_of_addresses_are_no_statements(project: Project, suffix: str) -> None:
    page = {"rst": rst_page, "md": md_page}[suffix]
    vocabulary = f'{CONFIG}vocabulary = ["endpoint"]\n'
    text = f"{ADDRESSES}\nEvery client must have a token of https://x.example/endpoint/x.\n"
    project.write({f"ops/page.{suffix}": page(text), "opsdocs.toml": vocabulary})
    build = project.build("dummy")
    (statement,) = build.documents["ops/page"].statements
    assert statement.text.startswith("Every client")
    (finding,) = build.of("normative_statement")
    assert "belongs to" not in finding.message


@pytest.mark.parametrize("text", SILENT)
def test_steps_guesses_and_shouts_are_no_norms(text: str) -> None:
    assert claimed(text).isdisjoint({KEYWORD, NORM})


@pytest.mark.parametrize(
    ("text", "claim", "is_claimed"),
    [
        ("Throttled clients get 503; this is by design.", INTENT, True),
        ("The page stays empty, which is the expected behavior.", INTENT, True),
        ("That it fails works as intended.", INTENT, True),
        ("This error is expected.", INTENT, True),
        ("The 503 is intentional.", INTENT, True),
        ("These 503s are normal.", INTENT, True),
        ("After the restart the service behaves as expected.", INTENT, False),
        ("Report the bug in the tracker of the team.", WORKAROUND, False),
        ("To get around this, restart the node twice.", WORKAROUND, True),
        ("The error can safely be ignored.", INTENT, True),
        ("Verify that the service works as expected.", INTENT, False),
        ("This is not expected behaviour.", INTENT, False),
        ("This is expected to take an hour.", INTENT, False),
        ("As a workaround, restart it.", WORKAROUND, True),
        ("This is a known issue.", WORKAROUND, True),
        ("Due to a bug in the gateway, it hangs.", WORKAROUND, True),
        ("Set `workarounds.fast` to true.", WORKAROUND, False),
        ("To report a bug, write to us.", WORKAROUND, False),
        ("There are no known issues.", WORKAROUND, False),
        ("The gateway rejects what is too long.", BEHAVIOUR, True),
        ("To see what it rejects, you look at the log.", BEHAVIOUR, False),
    ],
)
def test_claims(text: str, claim: str, is_claimed: bool) -> None:
    assert (claim in claimed(text)) == is_claimed


def test_design_that_gives_its_reason_is_no_claim_but_a_fault_with_one_is() -> None:
    reason = "Limits protect the database."
    assert INTENT not in claimed("The list is short by design.", reason, least="high")
    assert INTENT in claimed("It answers 503 by design.", reason, least="high")


@pytest.mark.parametrize(
    ("text", "is_claimed"),
    [
        ("This is expected behaviour.", True),
        ("This is expected behaviour, see `docs <https://acme.example/docs>`_.", True),
        ("This is expected behaviour, see API-12.", False),
        (
            "Is it an error? :canonical:`api:rate-limits` says no. This is expected behaviour.",
            False,
        ),
        ("See :canonical:`api:rate-limits`.\n\nThis is expected behaviour.", True),
    ],
)
def test_claim_of_intent_has_its_reference_in_the_paragraph(
    project: Project, text: str, is_claimed: bool
) -> None:
    project.write({"ops/page.rst": rst_page(text), "specs/api/limits.rst": SPEC_PAGE})
    assert bool(project.build("dummy").of("intent_claim")) == is_claimed


def test_table_in_a_table_is_read_once(project: Project) -> None:
    inner = f".. list-table::\n\n   * - {RULE}\n"
    text = ".. list-table::\n\n   * - One.\n\n       " + inner.replace("\n", "\n       ")
    project.write({"ops/page.rst": rst_page(text)})
    assert len(project.build("dummy").of("normative_statement")) == 1


TRACKED = {
    "nothing": ("As a workaround, restart it.", ["workaround_outside_deviation"]),
    "id": ("As a workaround for API-12, restart it.", ["workaround_unrecorded"]),
    "address of a tracker": (
        "As a workaround, restart it.\n\nSee `it <https://tracker.example/issues/12>`__.",
        ["workaround_unrecorded"],
    ),
    "address that looks like an issue": (
        "As a workaround, restart it (`bug <https://github.com/acme/x/issues/12>`__).",
        ["workaround_unrecorded"],
    ),
    "address of something else": (
        "As a workaround, restart it (`docs <https://github.com/acme/x>`__).",
        ["workaround_outside_deviation"],
    ),
    "issue of another item": (
        "- As a workaround, restart it.\n- See API-12.",
        ["workaround_outside_deviation"],
    ),
    "issue of another section": (
        "As a workaround, restart it.\n\nNext\n----\n\nSee API-12.",
        ["workaround_outside_deviation"],
    ),
    "linked deviation": ("As a workaround, restart it: :deviation:`DEV-1`.", []),
    "title of faults": (
        "Known issues\n------------\n\n- The gateway forgets clients that wait too long.\n",
        ["workaround_outside_deviation"],
    ),
}
DEVIATION = """
.. observed-deviation:: Throttled clients get 503
   :id: DEV-1
   :spec: api:rate-limits
   :issue: API-1
   :observed: 2026-11-02
   :severity: major
   :state: open

   {text}
"""


@pytest.mark.parametrize("name", TRACKED)
def test_workaround_has_a_deviation_or_an_issue_in_its_section(project: Project, name: str) -> None:
    body, rules = TRACKED[name]
    project.write(
        {
            "ops/page.rst": rst_page(body),
            "ops/other.rst": rst_page(DEVIATION.format(text="Seen.")),
            "specs/api/limits.rst": SPEC_PAGE,
        }
    )
    found = project.build("dummy").rules
    assert [rule for rule in found if rule.startswith("workaround")] == rules


@pytest.mark.parametrize(
    "text",
    [
        "This is expected behaviour.",
        "It works as designed.",
        "The difference is accepted.",
        "We won't fix it.",
        "Every client must retry.",
        "The client MUST retry.",
    ],
)
def test_deviation_is_not_made_the_normal_case(project: Project, text: str) -> None:
    workaround = f".. workaround::\n\n   {text}"
    body = DEVIATION.format(text=f"{text}\n\n   " + workaround.replace("\n", "\n   "))
    project.write({"ops/page.rst": rst_page(body), "specs/api/limits.rst": SPEC_PAGE})
    build = project.build("dummy")
    assert len(build.of("deviation_normalised")) == 2
    assert not {*NORMS, "intent_claim"} & set(build.rules)


def test_title_of_a_deviation_is_judged(project: Project) -> None:
    body = DEVIATION.format(text="Seen.").replace("get 503", "get 503, which works as designed")
    project.write({"ops/page.rst": rst_page(body), "specs/api/limits.rst": SPEC_PAGE})
    assert [f.place.line for f in project.build("dummy").of("deviation_normalised")] == [10]


def test_vocabulary_names_whom_to_ask(project: Project) -> None:
    vocabulary = 'vocabulary = ["endpoint", "page size"]\n'
    project.write(
        {
            "opsdocs.toml": CONFIG.replace(
                'owner = "team-api"\n', f'owner = "team-api"\n{vocabulary}'
            ),
            "ops/page.rst": rst_page(
                "All endpoints must have a limit.\nThe page size must be even.\n"
                "Every node must have a disk."
            ),
        }
    )
    first, second, third = [f.message for f in project.build("dummy").of("normative_statement")]
    assert '"endpoint" belongs to API contracts: ask team-api' in first
    assert '"page size" belongs to API contracts' in second
    assert "ask" not in third


@pytest.mark.parametrize(
    ("content", "is_empty"),
    [
        ("TODO", True),
        ("*TBD*", True),
        ("WIP.", True),
        ("Coming soon!", True),
        ("Coming soon.", True),
        ("TODO: ask Jo about the steps", True),
        ("To be done.", True),
        (".. a comment", True),
        ("", True),
        ("None.", False),
        ("Restart it.", False),
        (".. code-block:: sh\n\n   restart", False),
        (".. image:: x.png", False),
        (".. canonical-ref:: api:rate-limits", False),
        ("Sub\n~~~\n\nTBD", True),
        ("Sub\n~~~\n\nRestart it.", False),
        ("- TODO", True),
        (".. note::\n\n   TBD", True),
        ("Todo lists are kept in the tracker, one for each node.", False),
    ],
)
def test_required_section_says_something(project: Project, content: str, is_empty: bool) -> None:
    sections = "".join(
        f"{name}\n{'-' * len(name)}\n\nText.\n\n"
        for name in ("Meaning", "Impact", "Diagnosis", "Mitigation", "Escalation")
    )
    body = f"{sections}Verification\n------------\n\n{content}\n"
    project.write(
        {"ops/page.rst": rst_page(body), "ops/x.png": "", "specs/api/limits.rst": SPEC_PAGE}
    )
    assert bool(project.build("dummy").of("section_empty")) == is_empty


def test_suppressed_statements_are_marked_and_kept(project: Project) -> None:
    ignore = ".. opsdocs-ignore:: normative_statement\n   :reason: moves to the specification\n\n"
    project.write({"ops/page.rst": rst_page(f"{ignore}{RULE}\n\n{RULE}")})
    build = project.build("html")
    assert [f.suppressed for f in build.of("normative_statement")] == [
        "moves to the specification",
        "",
    ]
    results = json.loads(build.text("opsdocs.sarif"))["runs"][0]["results"]
    marked_ones = [r for r in results if r.get("suppressions")]
    assert [r["ruleId"] for r in marked_ones] == ["normative_statement"]
    project.write({"ops/page.rst": rst_page(f"{ignore}Text.\n\n{RULE}")})
    assert {"ignore_unused", "normative_statement"} <= set(project.build("html").rules)


def test_pages_are_not_read_where_every_rule_on_prose_is_off(project: Project) -> None:
    from sphinxext_opsdocs.rules import RULES

    project.write({"ops/page.rst": rst_page(RULE)})
    off = {rule.name: "off" for rule in RULES if rule.judges_prose}
    build = project.build("dummy", opsdocs_rules=off)
    assert build.documents["ops/page"].passages == ()
    assert build.documents["ops/page"].statements == ()
    project.write(
        {
            "ops/page.rst": rst_page(
                f".. opsdocs-ignore:: normative_statement\n   :reason: known\n\n{RULE}"
            )
        }
    )
    assert not project.build("dummy", opsdocs_rules=off).of("ignore_unused")
    project.write({"ops/page.rst": rst_page(RULE)})
    one_on = off | {"per-folder": {"ops/**": {"normative_statement": "info"}}}
    assert project.build("dummy", opsdocs_rules=one_on).of("normative_statement")


def test_language_is_a_data_file(project: Project) -> None:
    english = ROOT / "sphinxext_opsdocs/data/language_en.toml"
    text = english.read_text(encoding="utf-8")
    dutch = text.replace('modals = ["must", "shall"]', 'modals = ["moet"]')
    assert dutch != text
    project.write({"ops/page.rst": rst_page("Elke server moet veilig zijn."), "nl.toml": dutch})
    assert not project.build("dummy", language="nl").of("normative_statement")
    project.write({"opsdocs.toml": f'language = "nl.toml"\n{CONFIG}'})
    assert len(project.build("dummy", language="nl").of("normative_statement")) == 1
    project.write({"nl.toml": "abbreviations = 1"})
    with pytest.raises(Exception, match=r'language file "nl\.toml"'):
        project.build("dummy", fresh=True)


def test_data_file_in_the_package_is_a_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    english = ROOT / "sphinxext_opsdocs/data/language_en.toml"
    text = english.read_text(encoding="utf-8")
    tables = text.index("[grammar]")
    data = tmp_path / "data"
    data.mkdir()
    (data / "language_en.toml").write_text(text, encoding="utf-8")
    (data / "language_sv.toml").write_text(text[:tables], encoding="utf-8")
    monkeypatch.setattr(language_file, "files", lambda _package: tmp_path)
    monkeypatch.setattr(language_file, "_shipped_files", language_file._shipped_files.__wrapped__)
    swedish = load_language("sv-SE", Path())
    assert swedish is not None
    # a file without the tables that were added later has those of English
    assert swedish.grammar == default_language().grammar
    assert swedish.quantities == default_language().quantities
    assert load_language("de", Path()) is None


def test_vocabulary_has_the_plurals_of_its_language() -> None:
    assert inflected_pattern("policy", ENGLISH).search("All policies apply.")
    endings = (("a", ("a", "or")), ("", ("", "ar")))
    grammar = msgspec.structs.replace(ENGLISH.grammar, vocabulary_endings=endings)
    swedish = msgspec.structs.replace(ENGLISH, grammar=grammar)
    assert inflected_pattern("flicka", swedish).search("Flickor kommer.")
    assert not inflected_pattern("policy", swedish).search("All policies apply.")


def test_language_that_is_not_known_judges_no_sentence(project: Project) -> None:
    project.write({"ops/page.rst": rst_page(RULE)})
    assert lines_of(project.build("dummy", language="sv"), *NORMS) == []
    assert load_language("en_GB", Path()) is ENGLISH
    with pytest.raises(LanguageError):
        load_language("none.toml", Path("/nowhere"))


@pytest.mark.parametrize("where", ["sphinx", "toml"])
def test_language_without_data_is_one_note(project: Project, where: str) -> None:
    project.write({"ops/a.rst": rst_page(RULE), "ops/b.md": md_page(RULE)})
    settings = {"language": "sv"}
    if where == "toml":
        project.write({"opsdocs.toml": f'\nlanguage = "sv"\n{CONFIG}'})
        settings = {}
    build = project.build("dummy", **settings)
    (note,) = build.of("input_unreadable")
    assert (note.severity, note.place.path, note.docname) == ("info", "opsdocs.toml", "")
    assert note.place.line == (2 if where == "toml" else 1)
    assert 'no data for the language "sv": in 2 pages' in note.message
    assert project.build("dummy", **settings).of("input_unreadable") == [note]
    # with nothing to judge there is nothing to say
    off = {rule.name: "off" for rule in RULES if rule.judges_prose}
    assert project.build("dummy", **settings, opsdocs_rules=off).of("input_unreadable") == []
    assert project.build("dummy", opsdocs_language="en_GB").of("input_unreadable") == []


def test_builds_agree(project: Project) -> None:
    for number in range(12):
        project.write({f"ops/p{number}.rst": rst_page(f"{RULE} As a workaround, wait.")})
    serial = project.build("html", fresh=True)
    again = project.build("html")
    parallel = project.build("html", fresh=True, jobs=2)
    assert serial.findings == again.findings == parallel.findings
    project.write({"ops/p1.rst": rst_page("Text.")})
    assert len(project.build("html").of("normative_statement")) == 11
    project.remove("ops/p2.rst")
    assert len(project.build("html").of("normative_statement")) == 10


@given(st.text(max_size=400))
@settings(max_examples=300, deadline=None)
def test_sentences_cover_any_text_in_order(text: str) -> None:
    found = list(split_sentences(text, ENGLISH.words("abbreviations")))
    assert all(
        a < b <= c for (a, b), (c, _) in zip(found, [*found[1:], (len(text), 0)], strict=False)
    )
    assert "".join("".join(text[a:b].split()) for a, b in found) == "".join(text.split())


WORDS = st.lists(
    st.sampled_from([*"`\"“”,.?!:;()-*", "must", "MUST", "shall", "be", "have", "that", "if", "you", "node",
                     "by design", "work around", "never", "Every", "not", "é", "\n"]), max_size=60)  # fmt: skip


@given(WORDS)
@settings(max_examples=400, deadline=None)
def test_no_sentence_breaks_the_judge(words: list[str]) -> None:
    text = " ".join(words)
    block = BlockContext(is_in_deviation=True, has_mentions=True)
    kinds = {claim.kind for claim in find_claims(text, text, text, ENGLISH, block)}
    assert kinds <= {KEYWORD, NORM, INTENT, WORKAROUND, BEHAVIOUR, "accepted", "trouble"}


@pytest.mark.parametrize("syntax", ["rst", "md"])
def test_reach_of_prose_rules_is_what_was_read(project: Project, syntax: str) -> None:
    """Also where nothing was found: a rule that reads no sentence is one that is broken."""
    body = {
        "rst": "One sentence. Another one here.\n\nSub\n---\n\n- An item of a list.\n\n"
        ".. workaround::\n\n   Wait. Then look. Then go on.\n",
        "md": "One sentence. Another one here.\n\n## Sub\n\n- An item of a list.\n\n"
        "```{workaround}\nWait. Then look. Then go on.\n```\n",
    }[syntax]
    make = {"rst": rst_page, "md": md_page}[syntax]
    project.write({f"ops/a.{syntax}": make(body), f"ops/b.{syntax}": make("A third sentence.")})
    build = project.build("dummy")
    places = {row.rule: row.places for row in build.result.reach}
    fired = {row.rule: row.fired for row in build.result.reach}
    read = ("normative_keyword", "normative_statement", "intent_claim", "workaround_unrecorded")
    assert {places[name] for name in read} == {4}
    assert {fired[name] for name in read} == {0}
    assert places["deviation_normalised"] == 3
    assert places["statement_uncited"] == 3
    # nothing to compare with
    assert places["copied_canonical"] == 0
    project.write({"specs/api/limits.rst": SPEC_PAGE})
    again = {row.rule: row.places for row in project.build("dummy").result.reach}
    assert again["copied_canonical"] == again["restated_value"] == again["term_redefined"] == 4
    # what is reported to nobody has not fired
    project.write({f"ops/b.{syntax}": make("Clients should use the new endpoint.")})
    for least, number in (("medium", 0), ("low", 1)):
        build = project.build("dummy", opsdocs_min_confidence=least)
        reach = {row.rule: row.fired for row in build.result.reach}
        assert reach["normative_statement"] == number
    build = project.build("dummy", opsdocs_rules={"normative_keyword": "off"})
    off = {row.rule: row.places for row in build.result.reach}
    assert (off["normative_keyword"], off["normative_statement"]) == (0, 4)
