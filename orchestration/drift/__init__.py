"""How a workbook differs from the form maps, and the lines that would teach the maps to read it.

What belongs here: telling what is new, moved, renamed or gone (`changes`), where in a form map's file that is
said (`places`), what to write there (`edits`, `edition`), and the command (`command`). What does not: reading
workbooks (`ingest`). Nothing is written to any form map: people decide what a new label means.
"""
