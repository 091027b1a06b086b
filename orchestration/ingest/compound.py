"""The compound file format that holds .xls workbooks and encrypted packages: names and bytes of its streams.

What belongs here: opening one strictly, with olefile. What does not: what stands in a stream.
"""

from __future__ import annotations

import io

import olefile

MAGIC = olefile.MAGIC


class CompoundFileError(ValueError):
    """The bytes are not a whole compound file."""


class CompoundFile:
    """Streams of a compound file, by name.

    Raises:
        CompoundFileError: header, allocation table or directory are damaged.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._file = olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_INCORRECT)
            self._paths = {path[-1]: path for path in reversed(self._file.listdir(storages=True))}
        except _DAMAGED as error:
            raise CompoundFileError(str(error)) from error

    @property
    def names(self) -> set[str]:
        """Names of all streams and storages."""
        return set(self._paths)

    def stream(self, name: str) -> bytes:
        """Bytes of the stream `name`.

        Raises:
            CompoundFileError: there is none, or its chain is broken.
        """
        try:
            with self._file.openstream(self._paths[name]) as stream:
                return bytes(stream.read())
        except _DAMAGED as error:
            raise CompoundFileError(str(error)) from error


# What olefile raises on damaged files; a directory made of one long branch recurses too deep.
_DAMAGED = (
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    EOFError,
    OverflowError,
    RecursionError,
)
