"""The page of a release: `site/index.html`, which opens from the disk and asks no network for anything.

`write_site` reads the release's own database and writes the page, its style, scripts and data. Figures are
formatted here, in Python and from exact decimals; the page's script sorts, switches and shows, and computes
nothing.

The parts: `contract` (columns read), `figures` (numbers as readers see them), `board`, `league`, `filings`
(what each section of a year shows), `subjects` (drill-down files), `charts`, and `pages` (templates to
files).
"""

from orchestration.publish.site.pages import write_site

__all__ = ["write_site"]
