"""What ends any command with a sentence: files of a workspace that cannot be used, failed computations.

What belongs here: what such errors have in common. What does not: the errors themselves.
"""


class WorkspaceFileError(ValueError):
    """A file of the workspace cannot be used; the message names it and the place in it."""


class ComputationError(RuntimeError):
    """Something that was to be computed could not be; the message says what failed."""
