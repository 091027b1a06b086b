-- Grain: one row per finding.
select
    findings.finding_id,
    findings.gate,
    findings.check_code,
    findings.severity,
    findings.fiscal_year,
    findings.submission_id,
    findings.submitter_code,
    submissions.file_name,
    submissions.relative_path,
    findings.form_code,
    findings.sheet,
    findings.cell,
    findings.given,
    findings.expected,
    findings.subject_code,
    findings.message_zh,
    findings.message_en,
    findings.item,
    findings.root_finding_id,
    findings.disposition,
    findings.disposition_reason,
    findings.exemption_code
from {{ ref('stg_findings') }} as findings
left join {{ ref('stg_submissions') }} as submissions on findings.submission_id = submissions.submission_id
