"""How the environment contains facts and passages: encoded, since most builds look at few.

The decoders are made when they are first needed, because msgspec then looks at every type.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec

from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.facts.prose import Passage

__all__ = ["ENCODER", "facts_decoder", "passages_decoder"]

ENCODER = msgspec.msgpack.Encoder()


@lru_cache(maxsize=1)
def facts_decoder() -> msgspec.msgpack.Decoder[DocumentFacts]:
    """The decoder of the facts of a page."""
    return msgspec.msgpack.Decoder(DocumentFacts)


@lru_cache(maxsize=1)
def passages_decoder() -> msgspec.json.Decoder[tuple[Passage, ...]]:
    """The decoder of the passages of a page, which are JSON."""
    return msgspec.json.Decoder(tuple[Passage, ...])
