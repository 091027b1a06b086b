"""The sample province: a fictional province's workbooks as bureaus really file them, with defects.

What belongs here: the model of the province, the layouts, the defects. What does not: reading workbooks.
Names, codes, labels and shares are data, in `data/`.
"""

from orchestration.sample.size import PlantedDefect, SampleSize, SampleSummary
from orchestration.sample.writer import write_sample

__all__ = ["PlantedDefect", "SampleSize", "SampleSummary", "write_sample"]
