"""XML as a stream of events, for files made to harm whoever opens them.

What belongs here: the parser's settings and its errors' names. What does not: any vocabulary.
"""

from __future__ import annotations

import re
from typing import Protocol

from lxml import etree

from orchestration.ingest.findings import ReaderCheck
from orchestration.ingest.refusal import UnreadableError

_FEED_BYTES = 1 << 16
_TYPE_DEFINITION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class Events(Protocol):
    """What takes the events of a document."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins; the tag as {namespace}name."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def data(self, text: str) -> None:
        """Some text."""

    def close(self) -> None:
        """The document ends."""


def parse_xml(data: bytes, events: Events) -> None:
    """Pass the elements of a document in UTF-8 to `events`, in constant memory.

    Raises:
        UnreadableError: it defines entities, which no workbook does, or is no well-formed XML.
    """
    if _TYPE_DEFINITION.search(data):
        raise UnreadableError(ReaderCheck.BOMB, "<!DOCTYPE>")
    parser = etree.XMLParser(
        target=events,
        encoding="utf-8",
        resolve_entities="internal",  # none is defined; &amp; and its kin stay what they are in attributes
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        for start in range(0, len(data), _FEED_BYTES):
            parser.feed(data[start : start + _FEED_BYTES])
        parser.close()
    except (etree.LxmlError, SyntaxError) as error:
        raise UnreadableError(ReaderCheck.CORRUPT, str(error)) from error
