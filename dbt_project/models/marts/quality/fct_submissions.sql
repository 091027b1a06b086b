-- Grain: one row per submission: one distinct content of a workbook, and what became of it.
with held as (
    select
        submission_id,
        count(*) as held_forms,
        sum(case when held_status = 'superseded' then 1 else 0 end) as superseded_forms,
        min(check_code) as check_code
    from {{ ref('stg_held_forms') }}
    group by submission_id
),

finding_counts as (
    select
        submission_id,
        count(*) as finding_count
    from {{ ref('stg_findings') }}
    group by submission_id
),

submissions as (
    select
        submissions.*,
        1 + length(form_codes) - length(replace(form_codes, ',', '')) as form_count
    from {{ ref('stg_submissions') }} as submissions
)

select
    submissions.submission_id,
    submissions.content_sha256,
    submissions.fiscal_year,
    submissions.submitter_code,
    -- One code may stand in both registers.
    coalesce(regions.region_name, units.unit_name) as submitter_name_zh,
    submissions.form_codes,
    submissions.file_name,
    submissions.relative_path,
    submissions.container_format,
    cast(submissions.size_bytes as bigint) as size_bytes,
    cast(submissions.cell_count as bigint) as cell_count,
    case
        when submissions.status <> 'loaded' then submissions.status
        when coalesce(held.held_forms, 0) = 0 then 'accepted'
        when held.superseded_forms >= submissions.form_count then 'superseded'
        when held.held_forms >= submissions.form_count then 'quarantined'
        else 'partly_quarantined'
    end as status,
    coalesce(nullif(submissions.reason, ''), held.check_code) as reason,
    cast(coalesce(finding_counts.finding_count, 0) as integer) as finding_count
from submissions
left join held on submissions.submission_id = held.submission_id
left join finding_counts on submissions.submission_id = finding_counts.submission_id
left join {{ ref('int_regions') }} as regions
    on submissions.submitter_code = regions.region_code and submissions.fiscal_year = regions.fiscal_year
left join {{ ref('int_units') }} as units
    on submissions.submitter_code = units.unit_code and submissions.fiscal_year = units.fiscal_year
