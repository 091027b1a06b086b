"""By how much a finding says that a figure is off, read back from its message.

Findings keep their messages, not the parts they were filled from; the check's template tells where in the
message the difference stands, and in which unit.
"""

from __future__ import annotations

import re
from functools import lru_cache
from string import Formatter

_PART = "difference"
_END_OF_UNIT = re.compile(r"[，。（,.(:：;；]")


def difference_stated(template: str, message: str) -> str:
    """The difference with its unit; '' when the check states none.

    Args:
        template: message of the check as the catalogue has it.
        message: message of a finding of the check, in the same language.
    """
    compiled = _compiled(template)
    if compiled is None:
        return ""
    pattern, unit = compiled
    found = pattern.fullmatch(message)
    return f"{found.group(_PART)} {unit}".strip() if found else ""


@lru_cache(maxsize=256)
def _compiled(template: str) -> tuple[re.Pattern[str], str] | None:
    parts: list[str] = []
    unit, has_difference = "", False
    for literal, name, _, _ in Formatter().parse(template):
        if parts and has_difference and not unit:
            unit = _END_OF_UNIT.split(literal)[0].strip()
            has_difference = False
        parts.append(re.escape(literal))
        if name == _PART and f"(?P<{_PART}>" not in "".join(parts):
            parts.append(rf"(?P<{_PART}>[-+]?\d[\d,.]*)")
            has_difference = True
        elif name is not None:
            parts.append(".*?")
    pattern = "".join(parts)
    return (re.compile(pattern, re.DOTALL), unit) if f"(?P<{_PART}>" in pattern else None
