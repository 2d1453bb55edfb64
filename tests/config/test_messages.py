"""What is said of a wrong configuration."""

from __future__ import annotations

import tomllib

import pytest

from sphinxext_opsdocs.config.classes import document_classes
from sphinxext_opsdocs.config.parser import ConfigurationError, parse_config


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('show_dependents = "yes"', 'show_dependents = "yes": must be true or false'),
        ('governed = "ops/**"', 'must be a list, such as ["one", "two"]'),
        ("governed = [1]", "item 1 must be a text in quotation marks"),
        ('[classes.runbook]\nreview_interval = "x"', "must be a whole number"),
        ('[review]\nmax_reviewed = "5"', "must be a whole number"),
        (
            '[catalog]\nenvironments = ["a"]',
            'move "environments" above the first [table]',
        ),
        (
            '[rules.per-folder."ops/**"]\npages = true',
            'move "pages" above the first [table]',
        ),
        ('[domains.api]\nowne = "x"', 'did you mean "owner"?'),
    ],
)
def test_fault_is_in_the_words_of_the_file(text: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        parse_config(tomllib.loads(text))
    assert message in str(raised.value)


def test_class_that_extends_itself_is_not_among_those_allowed() -> None:
    config = parse_config(tomllib.loads('[classes.runbook]\nextends = "runbook"'))
    with pytest.raises(ConfigurationError, match="must not extend itself") as raised:
        document_classes(config)
    allowed = str(raised.value).partition("allowed: ")[2].split(", ")
    assert "deployment-guide" in allowed
    assert "runbook" not in allowed


@pytest.mark.parametrize(
    "text",
    [
        '[trackers.issues]\nkind = "githb"\npattern = "x"',
        "[domains.services]\npaths = 1",
        '[domains.api]\ntrackers = "x"',
        '[domains.api]\nowners = "x"',
    ],
)
def test_no_table_is_to_be_moved_above_the_first_one(text: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        parse_config(tomllib.loads(text))
    assert "above the first" not in str(raised.value)
    assert "trackers =" not in text or 'did you mean "tracker"' in str(raised.value)
