-- Grain: one row per fiscal year, aspect of supervision and submitter: what blocks, what is wrong, what is late. The gravest
-- come first; who has nothing open is a row too.
with aspects_of_checks as (
    select
        results.fiscal_year,
        checks.aspect,
        results.submitter_code,
        count(*) as check_count,
        sum(case when results.check_status = 'failed' then 1 else 0 end) as failed_count
    from {{ ref('stg_check_results') }} as results
    inner join {{ ref('stg_checks') }} as checks on results.check_code = checks.check_code
    where results.submitter_code <> ''
    group by results.fiscal_year, checks.aspect, results.submitter_code
),

forms as (
    select
        filings.fiscal_year,
        coalesce(served.aspect, 'data_basis') as aspect,
        filings.submitter_code,
        sum(case when filings.is_due then 1 else 0 end) as due_form_count,
        sum(case when filings.is_due and filings.is_late then 1 else 0 end) as late_form_count,
        sum(case when filings.is_due and not filings.is_received then 1 else 0 end) as never_form_count
    from {{ ref('rpt_filing_status') }} as filings
    left join {{ ref('supervision_aspect_forms') }} as served on filings.form_code = served.form_code
    group by filings.fiscal_year, coalesce(served.aspect, 'data_basis'), filings.submitter_code
),

by_check as (
    select
        findings.fiscal_year,
        checks.aspect,
        findings.submitter_code,
        findings.check_code,
        findings.severity,
        max(weights.weight) as weight,
        count(*) as finding_count
    from {{ ref('stg_findings') }} as findings
    inner join {{ ref('stg_checks') }} as checks on findings.check_code = checks.check_code
    left join {{ ref('quality_severity_weights') }} as weights
        on findings.severity = weights.severity and {{ valid_in_year('weights', 'findings.fiscal_year') }}
    where findings.disposition = 'open' and findings.submitter_code <> '' and findings.fiscal_year is not null
    group by findings.fiscal_year, checks.aspect, findings.submitter_code, findings.check_code, findings.severity
),

counted as (
    select
        fiscal_year,
        aspect,
        submitter_code,
        sum(case when severity = 'block' then finding_count else 0 end) as block_count,
        sum(case when severity = 'error' then finding_count else 0 end) as error_count,
        sum(case when severity = 'warning' then finding_count else 0 end) as warning_count,
        sum(case when severity = 'note' then finding_count else 0 end) as note_count,
        sum(weight * finding_count) as open_weight
    from by_check
    group by fiscal_year, aspect, submitter_code
),

worst as (
    select
        *,
        row_number() over (
            partition by fiscal_year, aspect, submitter_code
            order by weight desc, finding_count desc, check_code asc
        ) as position
    from by_check
),

places as (
    select
        fiscal_year,
        aspect,
        submitter_code
    from aspects_of_checks
    union
    select
        fiscal_year,
        aspect,
        submitter_code
    from forms
    union
    select
        fiscal_year,
        aspect,
        submitter_code
    from counted
)

select
    places.fiscal_year,
    places.aspect,
    aspects.name_zh as aspect_name_zh,
    aspects.name_en as aspect_name_en,
    places.submitter_code,
    submitters.submitter_name as submitter_name_zh,
    cast(coalesce(aspects_of_checks.check_count, 0) as integer) as check_count,
    cast(coalesce(aspects_of_checks.failed_count, 0) as integer) as failed_count,
    cast(coalesce(counted.block_count, 0) as integer) as block_count,
    cast(coalesce(counted.error_count, 0) as integer) as error_count,
    cast(coalesce(counted.warning_count, 0) as integer) as warning_count,
    cast(coalesce(counted.note_count, 0) as integer) as note_count,
    cast(coalesce(forms.due_form_count, 0) as integer) as due_form_count,
    cast(coalesce(forms.late_form_count, 0) as integer) as late_form_count,
    cast(coalesce(forms.never_form_count, 0) as integer) as never_form_count,
    cast(coalesce(counted.open_weight, 0) as integer) as open_weight,
    cast(rank() over (
        partition by places.fiscal_year, places.aspect
        order by coalesce(counted.open_weight, 0) desc
    ) as integer) as attention_rank,
    worst.check_code as worst_check_code,
    checks.title_zh as worst_check_title_zh,
    checks.title_en as worst_check_title_en,
    cast(worst.finding_count as integer) as worst_check_finding_count
from places
left join {{ ref('supervision_aspects') }} as aspects on places.aspect = aspects.aspect
left join {{ ref('int_submitters') }} as submitters
    on places.fiscal_year = submitters.fiscal_year and places.submitter_code = submitters.submitter_code
left join aspects_of_checks
    on
        places.fiscal_year = aspects_of_checks.fiscal_year
        and places.aspect = aspects_of_checks.aspect
        and places.submitter_code = aspects_of_checks.submitter_code
left join forms
    on
        places.fiscal_year = forms.fiscal_year
        and places.aspect = forms.aspect
        and places.submitter_code = forms.submitter_code
left join counted
    on
        places.fiscal_year = counted.fiscal_year
        and places.aspect = counted.aspect
        and places.submitter_code = counted.submitter_code
left join worst
    on
        places.fiscal_year = worst.fiscal_year
        and places.aspect = worst.aspect
        and places.submitter_code = worst.submitter_code
        and worst.position = 1
left join {{ ref('stg_checks') }} as checks on worst.check_code = checks.check_code
