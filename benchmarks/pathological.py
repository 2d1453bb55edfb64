"""How the time for one page of pathological text grows with its size.

    python benchmarks/pathological.py

For each kind of text, CPU seconds to judge a block of 250 kB and one of 1 MB, what is copied of it
included, and their ratio: 4 is linear. Ends with status 1 above 8.
"""

import sys
import time
from collections.abc import Mapping
from pathlib import Path

from sphinxext_opsdocs.text.copied_passages import Block, CopyIndex, Text
from sphinxext_opsdocs.text.language_file import load_language
from sphinxext_opsdocs.text.quantities import find_stated_values
from sphinxext_opsdocs.text.sentence_claims import judge_sentences
from sphinxext_opsdocs.text.terms import find_defined_terms
from sphinxext_opsdocs.text.words import split_words

SIZES = (250_000, 1_000_000)
MOST = 8.0
KINDS: Mapping[str, str] = {
    "dots": ".",
    "backticks": "`",
    "open backticks": "` a",
    "quotation marks": '"',
    "open quotations": "“a ",
    "brackets": "(",
    "no space": "a",
    "modals": "must ",
    "modals in sentences": "Every node must must must. ",
    "unfortunately": "unfortunately ",
    "at this time": "at this time, ",
    "currently": "currently, for now ",
    "numbers": "1,000,000.000 ",
    "digits": "1",
    "bars": "| 1 ",
    "hyphens": "a-",
    "commas": "a, ",
    "means": "x means ",
    "targets": "<",
    "one copied sentence": "the gateway counts refused requests of every merchant. ",
    "spaces": " ",
    "line breaks": "a\n",
}


def judged(text: str) -> float:
    """CPU seconds for all that a page's block goes through."""
    language = load_language("en", Path())
    assert language
    plain = language.words("function")
    start = time.process_time()
    tuple(judge_sentences(text, language))
    tuple(find_stated_values(text, plain, language))
    tuple(find_defined_terms(text, language))
    index = CopyIndex([("page", [Block(split_words(text), False, False, "")])], plain)
    index.find_matches([Text([KINDS["one copied sentence"] * 20])])
    return time.process_time() - start


def main() -> None:
    print("| text | 250 kB | 1 MB | ratio |\n|---|---|---|---|")
    worst = 0.0
    for name, unit in KINDS.items():
        small, large = (judged((unit * (size // len(unit) + 1))[:size]) for size in SIZES)
        ratio = large / max(small, 0.005)
        worst = max(worst, ratio)
        print(f"| {name} | {small:.2f} | {large:.2f} | {ratio:.1f} |", flush=True)
    sys.exit(worst > MOST)


if __name__ == "__main__":
    main()
