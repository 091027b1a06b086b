-- Grain: one row per ledger line: a part of a denominator (yuan or one unit) with its coverage status and reason.
select
    ledger.coverage_code,
    ledger.subject_type,
    ledger.subject_code,
    ledger.fiscal_year,
    cast(
        row_number() over (
            partition by ledger.coverage_code, ledger.subject_type, ledger.subject_code, ledger.fiscal_year
            order by
                ledger.function_code, ledger.object_type, ledger.object_code, ledger.reason_code,
                ledger.submission_id, ledger.sheet, ledger.cell, ledger.amount_cny
        ) as integer
    ) as line_no,
    ledger.object_type,
    ledger.object_code,
    ledger.object_name_zh,
    ledger.function_code,
    ledger.amount_cny,
    ledger.unit_count,
    ledger.coverage_status,
    ledger.reason_code,
    reasons.reason_zh,
    reasons.reason_en,
    ledger.submission_id,
    ledger.sheet,
    ledger.cell,
    ledger.evidence_submission_id,
    ledger.evidence_sheet,
    ledger.evidence_cell
from {{ ref('int_coverage_ledger') }} as ledger
left join {{ ref('coverage_reasons') }} as reasons on ledger.reason_code = reasons.reason_code
