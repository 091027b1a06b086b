-- Grain: one row per finding. What was wrong with a form that a later submission replaced is settled by that one, and
-- left out; that it was replaced stays.
select
    findings.finding_id,
    findings.run_id,
    findings.gate,
    findings.check_code,
    findings.severity,
    cast(findings.fiscal_year as integer) as fiscal_year,
    findings.submission_id,
    findings.submitter_code,
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
from {{ source('quality', 'findings') }} as findings
left join {{ ref('stg_held_forms') }} as held
    on
        findings.submission_id = held.submission_id
        and findings.form_code = held.form_code
        and held.held_status = 'superseded'
where held.submission_id is null or findings.gate = 'G0'
