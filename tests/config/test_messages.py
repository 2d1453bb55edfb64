"""What a wrong configuration is told."""

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
        ("governed = [1]", "must be a text in quotation marks at [0]"),
        ('[review]\nmax_reviewed = "5"', "must be a whole number"),
        (
            '[catalog]\nenvironments = ["a"]',
            '"environments" of the whole project must stand above the first [table]',
        ),
        (
            '[rules.per-folder."ops/**"]\npages = true',
            '"pages" of the whole project must stand above the first [table]',
        ),
        ('[domains.api]\nowne = "x"', 'did you mean "owner"?'),
    ],
)
def test_fault_is_told_in_words_of_the_file(text: str, message: str) -> None:
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
