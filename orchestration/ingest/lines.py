"""Row labels of one side of a table, as they are met."""

from __future__ import annotations

from dataclasses import dataclass, field

from orchestration.ingest.compiled import NUMBERED, CompiledBlock, CompiledItem
from orchestration.ingest.drift import SEQUENCE, compare, moved, neighbours
from orchestration.ingest.findings import ReaderCheck
from orchestration.ingest.segment import Reading, Segment
from orchestration.ingest.text import fold, without_number


@dataclass(frozen=True, slots=True)
class _Line:
    segment: Segment
    index: int | None
    text: str
    cell: str


@dataclass(slots=True)
class Lines:
    """Labels met so far, matched by equality; equal labels of the map are taken in their order.

    Attributes:
        block: the side of the table.
        met: labels in the order they were met.
        has_data: whether the one data row of a table without labels was met.
    """

    block: CompiledBlock
    met: list[_Line] = field(default_factory=list)
    has_data: bool = False
    _taken: set[int] = field(default_factory=set)

    def match(self, segment: Segment, text: str, cell: str) -> CompiledItem | None:
        """The row of the map this label stands for; None (and remembered as a stranger) when there is none
        left.
        """
        folded = fold(text)
        if folded not in self.block.by_label and (bare := without_number(folded)):
            folded = NUMBERED + bare
        # A row printed under its label and under an alias as well is read once, and the second is a stranger.
        free = (index for index in self.block.by_label.get(folded, []) if index not in self._taken)
        index = next(free, None)
        self.met.append(_Line(segment, index, text, cell))
        if index is None:
            return None
        self._taken.add(index)
        return self.block.items[index]

    def report(self, reading: Reading, last: Segment) -> None:
        """Report strangers and absent rows, after the whole table was read."""
        items = self.block.items
        required = [not item.spec.optional and item.spec.kind != "heading" for item in items]
        drift = compare([line.index for line in self.met], required)
        for position, index in drift.renamed.items():
            line = self.met[position]
            expected = items[index]
            reading.report(
                ReaderCheck.RENAMED_ROW,
                line.segment,
                line.cell,
                line.text,
                expected.printed,
                expected.spec.code,
            )
        for position in drift.unknown:
            line = self.met[position]
            reading.report(ReaderCheck.UNKNOWN_ROW, line.segment, line.cell, line.text)
        for index in drift.missing:
            before = [line for line in self.met if line.index is not None and line.index < index]
            segment, cell = (before[-1].segment, before[-1].cell) if before else (last, last.title_cell)
            missing = items[index]
            reading.report(ReaderCheck.MISSING_ROW, segment, cell, "", missing.printed, missing.spec.code)
        self._report_moved(reading)

    def _report_moved(self, reading: Reading) -> None:
        """Report rows out of the map's order; headings carry nothing, so that theirs does not count."""
        items = self.block.items
        lines = [
            (line, line.index)
            for line in self.met
            if line.index is not None and items[line.index].spec.kind != "heading"
        ]
        order = [index for _, index in lines]
        for position in moved(order):
            line, index = lines[position]
            wanted = SEQUENCE.join(items[one].printed for one in neighbours(order, position))
            reading.report(
                ReaderCheck.MOVED_ROW, line.segment, line.cell, line.text, wanted, items[index].spec.code
            )
