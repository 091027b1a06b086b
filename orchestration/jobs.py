"""Jobs: `full`, and one per stage.

What belongs here: selections. What does not: guarding a stage job against input its predecessor has not
finished on; that is `resources/stage_state`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dagster import AssetKey, AssetSelection, define_asset_job

from orchestration.assets.policy import CHECK, LOAD, RETURN, STAGES

FULL = "full"
JOB_OF_STAGE = {**{stage: stage for stage in STAGES}, RETURN: "return_workbooks"}
"""Stage → job. A job cannot be called `return`, a word of the language Dagster is written in."""

_WHAT = {
    "receive": "Look at the inbox: new, known, moved and withdrawn workbooks. 接收：扫描收件夹。",
    "load": "Open new workbooks and load their rows. 读取并入库新报表。",
    "check": "Check what was filed; findings and quarantine. 核验报送内容，形成问题清单与隔离清单。",
    "compute": "Compute figures, coverage ratios and scores with dbt. 计算指标、覆盖率与得分。",
    "audit": "Export candidate marts and audit them. 导出候选数据并审核。",
    "publish": "Publish the audited candidate as a release. 发布。",
    "return": "Give submitters annotated copies of their workbooks. 将批注后的报表退回报送单位。",
}


def jobs(filed_tables: Iterable[AssetKey]) -> list[Any]:
    """The job over everything and the jobs of the stages.

    Args:
        filed_tables: assets whose content checks are the work of the check stage.
    """
    content_checks = AssetSelection.checks_for_assets(*filed_tables)
    selections: dict[str, AssetSelection] = {stage: AssetSelection.groups(stage) for stage in STAGES}
    selections[LOAD] = selections[LOAD].without_checks()
    selections[CHECK] = selections[CHECK] | content_checks
    whole = define_asset_job(
        FULL,
        selection=AssetSelection.all(),
        description="From filed workbooks to a published release, for one fiscal year or a range. "
        "全流程：从报表到发布。",
    )
    return [
        whole,
        *(
            define_asset_job(JOB_OF_STAGE[stage], selection=selections[stage], description=_WHAT[stage])
            for stage in STAGES
        ),
    ]
