"""Mistakes in files that people write into a workspace: form maps, method tables, code lists.

What belongs here: what such errors have in common. What does not: the errors themselves.
"""


class WorkspaceFileError(ValueError):
    """A file of the workspace cannot be used; the message names it and the place in it."""
