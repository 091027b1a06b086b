"""Each difference of a workbook from its form maps, and what to write so that it is none any more.

The reader says what does not match; this module says where in which file that is answered. It proposes and
never decides: what a new row or column means is a name a person gives it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from orchestration.drift.edits import Edit, add_to_list, insert, remove, set_key
from orchestration.drift.places import Entry, MapFile
from orchestration.drift.sheets import TableOnSheet, labelled
from orchestration.ingest.compiled import CompiledColumn, CompiledItem
from orchestration.ingest.drift import moved
from orchestration.ingest.findings import ReaderCheck, ReaderFinding
from orchestration.ingest.header import header_cell
from orchestration.ingest.text import (
    address,
    amount_statement,
    column_letters,
    fold,
    parse_address,
    without_number,
    without_year,
)

_TYPO_SHORTEST = 3
_TELL_ROWS = frozenset({"label", "code", "name", "subject"})


@dataclass(frozen=True)
class Change:
    """One difference.

    Attributes:
        kind: key of its text: new_column, moved_row, renamed_label …, or `other`.
        form: form and table.
        sheet: sheet.
        cell: cell.
        given: what stands there.
        expected: what the map has.
        check_code: the reader's finding, '' for a table printed anew.
        file: the form map's file, None when nothing can be written there.
        edits: what to write.
        hint: key of a text that says what to look at, '' for none.
        alias_of: entry that gets a further spelling, 0 for none.
    """

    kind: str
    form: str
    sheet: str
    cell: str
    given: str
    expected: str
    check_code: str = ""
    file: MapFile | None = None
    edits: tuple[Edit, ...] = ()
    hint: str = ""
    alias_of: int = 0


class Plan(NamedTuple):
    """What to write for a change; of an alias only the entry it belongs to."""

    edits: Sequence[Edit] = ()
    hint: str = ""
    alias_of: int = 0


@dataclass
class Planner:
    """Turns findings about one table into changes.

    Attributes:
        year: fiscal year of the workbook, from which the changes hold.
        aliases: by entry, the spellings to add; edits are made once all are known.
        doubled: by table, the labels and headers it prints twice: which of two is meant cannot be told, so
            nothing is proposed for such a table.
    """

    year: int
    doubled: Mapping[int, Sequence[ReaderFinding]] = field(default_factory=dict)
    aliases: dict[int, tuple[MapFile, Entry, list[dict[str, Any]]]] = field(default_factory=dict)
    _new: set[tuple[int, int, str, str]] = field(default_factory=set)

    def change(self, table: TableOnSheet, finding: ReaderFinding) -> Change:
        """What a finding comes to."""
        plan = _PLANS.get(finding.check_code)
        if plan is None:
            return self._change("other", table, finding, Plan())
        kind, work = plan
        if id(table) in self.doubled:
            if finding in self.doubled[id(table)]:
                return self._change("printed_twice", table, finding, Plan(hint="printed_twice"))
            return self._change(kind, table, finding, Plan(hint="double_first"))
        return self._change(kind, table, finding, work(self, table, finding))

    def _change(
        self,
        kind: str,
        table: TableOnSheet,
        finding: ReaderFinding,
        made: Plan,
    ) -> Change:
        return Change(
            kind,
            ".".join(table.table.key),
            finding.sheet,
            finding.cell,
            finding.given,
            finding.expected,
            finding.check_code,
            table.file if made.edits or made.alias_of else None,
            tuple(made.edits),
            made.hint,
            made.alias_of,
        )

    def order_changes(self, table: TableOnSheet) -> list[Change]:
        """Rows and columns that stand in another order than the map's; they are read by their labels."""
        if id(table) in self.doubled:
            return []
        return [*self._moved_columns(table), *self._moved_rows(table)]

    def finished(self, changes: Iterable[Change]) -> list[Change]:
        """The changes with the edits of their aliases, which need every spelling of an entry."""
        made = {
            key: add_to_list(file, entry, "aliases", texts)
            for key, (file, entry, texts) in self.aliases.items()
        }
        return [replace(one, edits=(made[one.alias_of],)) if one.alias_of else one for one in changes]

    # Columns

    def _renamed_column(self, table: TableOnSheet, finding: ReaderFinding) -> Plan:
        entry, _ = _column(table, finding)
        return self._alias(table, entry, finding.given, finding.expected)

    def _missing_column(self, table: TableOnSheet, finding: ReaderFinding) -> Plan:
        entry, column = _column(table, finding)
        return self._ended(table, entry, column.spec.valid_from)

    def _new_column(self, table: TableOnSheet, finding: ReaderFinding) -> Plan:
        row, position = parse_address(finding.cell)
        if table.header is None:
            part = _part_at(table, row)
            if part is None:
                return Plan(hint="column_without_header")
            said: dict[str, Any] = {"header": _plain(finding.given)}
            return self._added(table, table.inner_column_entry(part, None), said, finding)
        if not table.header.top <= row <= table.header.bottom:
            return Plan(hint="column_without_header")
        before = [
            (place, spec)
            for spec, place in zip(table.layout.columns, table.header.columns, strict=True)
            if place is not None and place < position
        ]
        said = self._column_said(table, finding, position, max(before, key=_first)[1] if before else None)
        if before:
            spec = max(before, key=_first)[1]
            return self._added(table, table.column_entry(spec.block, spec.spec), said, finding)
        spec = table.layout.columns[0]
        entry = table.column_entry(spec.block, spec.spec)
        return self._added(table, entry, said, finding, before=True)

    def _column_said(
        self, table: TableOnSheet, finding: ReaderFinding, position: int, beside: CompiledColumn | None
    ) -> dict[str, Any]:
        """The new column under a name made of its letter; remarks, and a list's, are not read before they are
        named.
        """
        name = f"new_column_{column_letters(position).lower()}"
        said: dict[str, Any] = {"header": _plain(finding.given)}
        sheet, header = table.segment.sheet, table.header
        below = sheet.rows[header.bottom + 1 : table.segment.bottom + 1] if header else []
        if table.table.spec.kind == "list" or not any(
            amount_statement(row[position], {}) == "number" for row in below
        ):
            return said
        measures = [column.spec for column in table.layout.columns if column.spec.role == "measure"]
        if measures and all(spec.item for spec in measures):
            near = beside.spec if beside and beside.spec.item else measures[-1]
            return {**said, "item": name, "measure": near.measure}
        return {**said, "measure": name}

    def _moved_columns(self, table: TableOnSheet) -> list[Change]:
        header = table.header
        if header is None:
            return []
        present = [(place, index) for index, place in enumerate(header.columns) if place is not None]
        present.sort()
        order = [index for _, index in present]
        changes = []
        astray = moved(order)
        for position in astray:
            place, index = present[position]
            column = table.layout.columns[index]
            entry = table.column_entry(column.block, column.spec)
            near, is_left = _kept_neighbour(order, astray, position)
            neighbour = table.layout.columns[near]
            near_entry = table.column_entry(neighbour.block, neighbour.spec)
            beside, right = (near_entry, None) if is_left else (None, near_entry)
            cell = header_cell(table.segment.sheet, header, place)
            changes.append(self._move("moved_column", table, entry, beside, right, cell, column.printed))
        return changes

    # Rows

    def _renamed_row(self, table: TableOnSheet, finding: ReaderFinding) -> Plan:
        block, item = _item(table, finding)
        given = finding.given
        if item.spec.numbered:
            given = without_number(fold(given)) or given
        return self._alias(table, table.item_entry(block, item.spec), given, finding.expected)

    def _missing_row(self, table: TableOnSheet, finding: ReaderFinding) -> Plan:
        block, item = _item(table, finding)
        return self._ended(table, table.item_entry(block, item.spec), item.spec.valid_from)

    def _new_row(self, table: TableOnSheet, finding: ReaderFinding) -> Plan:
        row, column = parse_address(finding.cell)
        block = table.block_of_column(column)
        known = table.item_entries(block)
        if not known or not finding.given:
            return Plan(hint="no_place_for_row")
        said = {"label": _plain(finding.given), "code": f"new_row_{row + 1}"}
        items = table.layout.blocks[block].items
        above = [index for side, at, index in table.rows if side == block and at < row]
        if above:
            entry = table.item_entry(block, items[above[-1]].spec)
            return self._added(table, entry, said, finding)
        return self._added(table, known[0], said, finding, before=True)

    def _moved_rows(self, table: TableOnSheet) -> list[Change]:
        changes = []
        for block in range(len(table.layout.blocks)):
            own = [(row, index) for side, row, index in table.rows if side == block]
            order = [index for _, index in own]
            items = table.layout.blocks[block].items
            astray = moved(order)
            for position in astray:
                row, index = own[position]
                entry = table.item_entry(block, items[index].spec)
                near, is_above = _kept_neighbour(order, astray, position)
                near_entry = table.item_entry(block, items[near].spec)
                above, below = (near_entry, None) if is_above else (None, near_entry)
                column = _label_column(table, block)
                cell = address(row, column)
                text = items[index].printed
                changes.append(self._move("moved_row", table, entry, above, below, cell, text))
        return changes

    # Cards

    def _renamed_label(self, table: TableOnSheet, finding: ReaderFinding) -> Plan:
        return self._alias(table, _field(table, finding), finding.given, finding.expected)

    def _missing_label(self, table: TableOnSheet, finding: ReaderFinding) -> Plan:
        wanted = fold(finding.expected)
        for known in table.layout.fields:
            if fold(known.printed) == wanted and finding.subject in (
                known.spec.field,
                table.table.spec.table,
            ):
                return self._ended(table, table.field_entry(known.spec), known.spec.valid_from)
        return Plan(hint="inner_table_missing")

    def _new_label(self, table: TableOnSheet, finding: ReaderFinding) -> Plan:
        return self._added(table, table.field_entry(None), {"label": _plain(finding.given)}, finding)

    # Titles

    def _renamed_title(self, table: TableOnSheet, finding: ReaderFinding) -> Plan:
        title = without_year(fold(finding.given))
        if not title:
            return Plan(hint="no_title")
        return Plan((add_to_list(table.file, table.table_entry(), "titles", [title]),), "")

    def _out_of_order(self, table: TableOnSheet, finding: ReaderFinding) -> Plan:
        return Plan(hint="moved_shared")

    def _no_header(self, table: TableOnSheet, finding: ReaderFinding) -> Plan:
        return Plan(hint="no_header")

    # What the kinds share

    def _alias(self, table: TableOnSheet, entry: Entry, given: str, expected: str) -> Plan:
        """A further spelling from this year on; one that is a slip of the pen for this year only."""
        is_typo = _is_typo(fold(given), fold(expected))
        said: dict[str, Any] = {"text": _plain(given), "from": self.year}
        if is_typo:
            said["to"] = self.year
        known = self.aliases.setdefault(id(entry.node), (table.file, entry, []))[2]
        if said not in known:
            known.append(said)
        return Plan(hint="typo" if is_typo else "renamed", alias_of=id(entry.node))

    def _ended(self, table: TableOnSheet, entry: Entry, valid_from: int | None) -> Plan:
        """Gone from this year on; where other tables use the line too, or it begins this year: optional."""
        is_shared = any(table.file.is_shared(container) for container, _ in entry.chain)
        if is_shared or table.file.is_shared(entry.node) or (valid_from or 0) >= self.year:
            return Plan((set_key(table.file, entry, "optional", True),), "optional")
        return Plan((set_key(table.file, entry, "to", self.year - 1),), "ended")

    def _added(
        self,
        table: TableOnSheet,
        beside: Entry,
        said: Mapping[str, Any],
        finding: ReaderFinding,
        *,
        before: bool = False,
    ) -> Plan:
        text = str(said.get("label") or said.get("header"))
        entry = {**said, "from": self.year}
        edit, is_shared = insert(table.file, beside, entry, before=before)
        if is_shared or table.table.spec.repeats:
            key = (id(table.file), edit.start, text, finding.sheet)
            if any(known[:3] == key[:3] and known[3] != key[3] for known in self._new):
                return Plan(hint="added_already")
            self._new.add(key)
            edit, _ = insert(table.file, beside, {**entry, "optional": True}, before=before)
            return Plan((edit,), "added_shared")
        reads = "code" in said or "measure" in said
        return Plan((edit,), "added" if reads else "added_unread")

    def _move(
        self,
        kind: str,
        table: TableOnSheet,
        entry: Entry,
        after: Entry | None,
        before: Entry | None,
        cell: str,
        text: str,
    ) -> Change:
        form, sheet = ".".join(table.table.key), table.segment.sheet.name
        check = str(ReaderCheck.MOVED_ROW if kind == "moved_row" else ReaderCheck.MOVED_COLUMN)
        beside = after or before
        shared = [container for container, _ in entry.chain if table.file.is_shared(container)]
        if beside is None or shared or table.file.is_shared(entry.node):
            return Change(kind, form, sheet, cell, text, text, check, hint="moved_shared")
        said = dict(table.file.value(entry.node))
        begins = said.get("from")
        copy = {**said, "from": self.year}
        edit, _ = insert(table.file, beside, copy, before=after is None)
        if begins is not None and begins >= self.year:
            old = remove(table.file, entry)
        else:
            old = set_key(table.file, entry, "to", self.year - 1)
        return Change(kind, form, sheet, cell, text, text, check, table.file, (old, edit), "moved")


_PLANS: Mapping[str, tuple[str, Callable[[Planner, TableOnSheet, ReaderFinding], Plan]]] = {
    "layout.renamed_column": ("renamed_column", Planner._renamed_column),
    "layout.unknown_column": ("new_column", Planner._new_column),
    "layout.missing_column": ("missing_column", Planner._missing_column),
    "layout.renamed_row": ("renamed_row", Planner._renamed_row),
    "layout.unknown_row": ("new_row", Planner._new_row),
    "layout.missing_row": ("missing_row", Planner._missing_row),
    "layout.renamed_label": ("renamed_label", Planner._renamed_label),
    "layout.unknown_label": ("new_label", Planner._new_label),
    "layout.missing_label": ("missing_label", Planner._missing_label),
    "layout.title_not_found": ("renamed_title", Planner._renamed_title),
    "layout.moved_row": ("moved_row", Planner._out_of_order),
    "layout.moved_column": ("moved_column", Planner._out_of_order),
    "layout.header_not_found": ("other", Planner._no_header),
}


def _kept_neighbour(order: Sequence[int], astray: Sequence[int], position: int) -> tuple[int, bool]:
    """Beside which one in its place a moved one stands now, and whether that one comes before it."""
    for before in range(position - 1, -1, -1):
        if before not in astray:
            return order[before], True
    return order[next(after for after in range(position, len(order)) if after not in astray)], False


def printed_twice(table: TableOnSheet, findings: Iterable[ReaderFinding]) -> list[ReaderFinding]:
    """Strange rows and columns of a table whose label or header it prints elsewhere, too."""
    met: set[tuple[bool, int, str]] = set()
    doubles = []
    for finding in findings:
        is_row = finding.check_code in ("layout.renamed_row", "layout.unknown_row")
        is_column = finding.check_code in ("layout.renamed_column", "layout.unknown_column")
        if not finding.given or not (is_row or is_column):
            continue
        row, position = parse_address(finding.cell)
        if is_column and (table.header is None or not table.header.top <= row <= table.header.bottom):
            continue  # data without a header, whose text is no name
        block = table.block_of_column(position)
        key = (is_row, block if is_row else 0, fold(finding.given))
        if key in met or _is_known(table, finding.given, block if is_row else None):
            doubles.append(finding)
        met.add(key)
    return doubles


def _is_known(table: TableOnSheet, given: str, block: int | None) -> bool:
    """Whether a text is a label of a block, or for no block a header, of the map."""
    if block is not None:
        return bool(labelled(table.layout.blocks[block], given))
    return any(fold(given) in column.headers for column in table.layout.columns)


def loses_rows(table: TableOnSheet, finding: ReaderFinding) -> bool:
    """Whether a finding is about a column without which rows cannot be told: labels, codes, subjects."""
    if finding.check_code not in ("layout.renamed_column", "layout.missing_column"):
        return False
    return any(
        column.printed == finding.expected and column.spec.role in _TELL_ROWS and _absent(table, column)
        for column in table.layout.columns
    )


def _column(table: TableOnSheet, finding: ReaderFinding) -> tuple[Entry, CompiledColumn]:
    """The column of the map a finding expects."""
    for column in table.layout.columns:
        if column.printed == finding.expected and _absent(table, column):
            return table.column_entry(column.block, column.spec), column
    for part, inner in enumerate(table.layout.indicators):
        for column in inner.columns:
            if column.printed == finding.expected:
                return table.inner_column_entry(part, column.spec), column
    raise KeyError(f"{'.'.join(table.table.key)}: no column {finding.expected!r}")


def _absent(table: TableOnSheet, column: CompiledColumn) -> bool:
    if table.header is None:
        return True
    return table.header.columns[table.layout.columns.index(column)] is None


def _item(table: TableOnSheet, finding: ReaderFinding) -> tuple[int, CompiledItem]:
    """The row of the map a finding expects: the first such that was not met."""
    met = {(block, index) for block, _, index in table.rows}
    for block, own in enumerate(table.layout.blocks):
        for index, item in enumerate(own.items):
            same = item.printed == finding.expected and item.spec.code == finding.subject
            if same and (block, index) not in met:
                return block, item
    raise KeyError(f"{'.'.join(table.table.key)}: no row {finding.expected!r}")


def _field(table: TableOnSheet, finding: ReaderFinding) -> Entry:
    for known in table.layout.fields:
        if known.printed == finding.expected:
            return table.field_entry(known.spec)
    raise KeyError(f"{'.'.join(table.table.key)}: no label {finding.expected!r}")


def _part_at(table: TableOnSheet, row: int) -> int | None:
    """The table inside a card whose header stands on a row."""
    texts = {fold(text) for text in table.segment.sheet.rows[row] if text}
    anchors = (index for index, part in enumerate(table.layout.indicators) if part.anchor in texts)
    return next(anchors, None)


def _label_column(table: TableOnSheet, block: int) -> int:
    columns = table.header.columns if table.header else ()
    labels = [
        place
        for spec, place in zip(table.layout.columns, columns, strict=True)
        if spec.block == block and spec.spec.role in ("label", "code", "name") and place is not None
    ]
    return labels[0] if labels else 0


def _plain(text: str) -> str:
    """A printed text on one line: white space does not count when texts are compared."""
    return "".join(text.split())


def _is_typo(given: str, expected: str) -> bool:
    """Whether two folded texts differ in one sign only: another, a missing, a further one, or two swapped."""
    if min(len(given), len(expected)) < _TYPO_SHORTEST or abs(len(given) - len(expected)) > 1:
        return False
    start = 0
    while start < min(len(given), len(expected)) and given[start] == expected[start]:
        start += 1
    one, other = given[start:], expected[start:]
    return one[1:] == other[1:] or one == other[1:] or one[1:] == other or one[1::-1] + one[2:] == other


def _first(pair: tuple[int, CompiledColumn]) -> int:
    return pair[0]
