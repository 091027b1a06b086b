-- Grain: one row per submitter, form and fiscal year: due or filed. Who filed nothing is a row, not a gap.
with asked as (
    select
        fiscal_year,
        submitter_code,
        form_code,
        max(case when check_code = 'receive.silent_submitter' then 1 else 0 end) as due,
        max(case when check_code = 'receive.silent_submitter' and violation_count > 0 then 1 else 0 end) as missing,
        max(case when check_code = 'receive.late_form' and violation_count > 0 then 1 else 0 end) as late,
        max(case when submission_id <> '' then 1 else 0 end) as filed
    from {{ ref('stg_check_results') }}
    where form_code <> '' and submitter_code <> ''
    group by fiscal_year, submitter_code, form_code
),

-- Versions in force of what was filed, and whether they were held back.
versions as (
    select distinct
        results.fiscal_year,
        results.submitter_code,
        results.form_code,
        results.submission_id,
        held.submission_id is null as is_accepted
    from {{ ref('stg_check_results') }} as results
    left join {{ ref('stg_held_forms') }} as held
        on results.submission_id = held.submission_id and results.form_code = held.form_code
    where
        results.form_code <> '' and results.submission_id <> ''
        and (held.submission_id is null or held.held_status <> 'superseded')
),

counted as (
    select
        fiscal_year,
        submitter_code,
        form_code,
        count(*) as version_count,
        sum(case when is_accepted then 1 else 0 end) as accepted_count
    from versions
    group by fiscal_year, submitter_code, form_code
),

findings as (
    select
        fiscal_year,
        submitter_code,
        form_code,
        sum(case when severity = 'block' then 1 else 0 end) as block_count,
        sum(case when severity = 'error' then 1 else 0 end) as error_count,
        sum(case when severity = 'warning' then 1 else 0 end) as warning_count
    from {{ ref('stg_findings') }}
    where disposition = 'open'
    group by fiscal_year, submitter_code, form_code
),

statuses as (
    select
        asked.*,
        coalesce(counted.version_count, 0) as version_count,
        coalesce(counted.accepted_count, 0) as accepted_count,
        case
            when asked.missing = 1 and coalesce(counted.version_count, 0) = 0 then 'never'
            when coalesce(counted.accepted_count, 0) = 0 then 'held'
            when coalesce(counted.accepted_count, 0) < coalesce(counted.version_count, 0) then 'partly_held'
            else 'accepted'
        end as filing_status
    from asked
    left join counted
        on
            asked.fiscal_year = counted.fiscal_year
            and asked.submitter_code = counted.submitter_code
            and asked.form_code = counted.form_code
    where asked.due = 1 or asked.filed = 1
)

select
    statuses.fiscal_year,
    statuses.submitter_code,
    submitters.submitter_name as submitter_name_zh,
    statuses.form_code,
    forms.name_zh as form_name_zh,
    forms.name_en as form_name_en,
    statuses.due = 1 as is_due,
    statuses.filing_status <> 'never' as is_received,
    statuses.filing_status = 'accepted' as is_accepted,
    statuses.late = 1 as is_late,
    statuses.filing_status,
    cast(statuses.version_count as integer) as version_count,
    cast(coalesce(findings.block_count, 0) as integer) as block_count,
    cast(coalesce(findings.error_count, 0) as integer) as error_count,
    cast(coalesce(findings.warning_count, 0) as integer) as warning_count
from statuses
left join {{ ref('int_submitters') }} as submitters
    on statuses.fiscal_year = submitters.fiscal_year and statuses.submitter_code = submitters.submitter_code
left join {{ ref('forms') }} as forms on statuses.form_code = forms.form_code
left join findings
    on
        statuses.fiscal_year = findings.fiscal_year
        and statuses.submitter_code = findings.submitter_code
        and statuses.form_code = findings.form_code
