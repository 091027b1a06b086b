"""What can go wrong while publishing, each with a sentence in both languages."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration.texts import text

_FULL_DISK = frozenset({errno.ENOSPC, errno.EDQUOT})
_FULL_DISK_PHRASES = ("no space left", "disk quota", "out of disk")


class PublishError(RuntimeError):
    """Publishing stopped; the current release is as it was."""

    @classmethod
    def about(cls, key: str, **values: object) -> PublishError:
        """An error of this class whose message is the text `publish.<key>`, English then Chinese."""
        full_key = f"publish.{key}"
        return cls(f"{text(full_key, 'en', **values)}\n{text(full_key, 'zh', **values)}")


class DiskFullError(PublishError):
    """The disk had no room for the release."""


class EmptyCandidateError(PublishError):
    """There is no table to publish."""


class BrokenReleaseError(PublishError):
    """`current` or a manifest is not what this package writes."""


@contextmanager
def full_disk_explained(folder: Path) -> Iterator[None]:
    """Turn the many ways of saying "no space left on device" into one `DiskFullError`.

    Args:
        folder: where was being written, for the message.

    Raises:
        DiskFullError: the body failed because the disk or the quota was full.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL_DISK:
            raise DiskFullError.about("disk_full", folder=folder) from error
        raise
    except duckdb.Error as error:
        if any(phrase in str(error).lower() for phrase in _FULL_DISK_PHRASES):
            raise DiskFullError.about("disk_full", folder=folder) from error
        raise
