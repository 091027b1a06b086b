"""Classification codes as printed: in one column or several, as text or as number, with or without their
zeros.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from orchestration.ingest.text import fold


class JoinedCode(NamedTuple):
    """A code put together from its parts.

    Attributes:
        digits: the joined digits, '' when there is no code.
        text: what stands there when it is no code: a label such as 合计, or a code with a gap.
        has_gap: a later part is filled although an earlier one is blank.
        part: index of the part the text stands in.
    """

    digits: str = ""
    text: str = ""
    has_gap: bool = False
    part: int = 0


NO_CODE = JoinedCode()


def padded(text: str, width: int) -> str:
    """A digit text with the zeros it lost, to the width the map declares; any other text as it is."""
    folded = fold(text)
    return folded.zfill(width) if width and folded.isascii() and folded.isdigit() else text


@lru_cache(maxsize=16384)
def join_code(parts: tuple[str, ...], widths: tuple[int, ...]) -> JoinedCode:
    """Join the parts of a code from left to right.

    Args:
        parts: texts of the code columns.
        widths: digits of each part, 0 where the map declares none.
    """
    digits = ""
    ended = False
    for index, (text, width) in enumerate(zip(parts, widths, strict=True)):
        folded = fold(text)
        if not folded:
            ended = True
        elif not (folded.isascii() and folded.isdigit()):
            return JoinedCode(text=text, part=index)
        elif ended:
            return JoinedCode(text=" ".join(part or "_" for part in parts), has_gap=True, part=index)
        else:
            digits += folded.zfill(width)
    return JoinedCode(digits=digits)
