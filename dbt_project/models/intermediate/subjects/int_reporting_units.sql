-- Grain: one row per submission, form and printed reporting unit, with the budget unit it means.
--
-- The printed name decides, within what the submitter may file for: itself, units below it, units of its region. A table
-- that prints no name belongs to the one unit the form's other tables name, else to the submitter. Nothing is guessed: a
-- name that the register of the year does not settle has no row here, and the checks on what was filed hold the form back.
-- Where no register knows the submitter (single workbooks, a year without registers) the folder is all there is, and the
-- form stands for its submitter.
with labels as (
    select
        submission_id,
        form_code,
        fiscal_year,
        reporting_unit_label
    from {{ ref('stg_department_final_account') }}
    union
    select
        submission_id,
        'project_list' as form_code,
        fiscal_year,
        reporting_unit_label
    from {{ ref('stg_project_list') }}
    union
    select
        submission_id,
        form_code,
        fiscal_year,
        reporting_unit_label
    from {{ ref('stg_department_management_facts') }}
    union
    select
        submission_id,
        form_code,
        fiscal_year,
        reporting_unit_label
    from {{ ref('stg_department_budget') }}
),

folded as (
    select
        labels.submission_id,
        labels.form_code,
        labels.fiscal_year,
        labels.reporting_unit_label,
        {{ folded_text('labels.reporting_unit_label') }} as printed,
        submissions.submitter_code
    from labels
    inner join {{ ref('stg_submissions') }} as submissions on labels.submission_id = submissions.submission_id
),

units as (
    select
        units.fiscal_year,
        units.unit_code,
        {{ folded_text('units.unit_name') }} as unit_name,
        units.parent_unit_code,
        coalesce(parents.parent_unit_code, units.parent_unit_code, units.unit_code) as head_unit_code,
        units.region_code
    from {{ ref('int_units') }} as units
    left join {{ ref('int_units') }} as parents
        on units.fiscal_year = parents.fiscal_year and units.parent_unit_code = parents.unit_code
),

names as (
    select
        fiscal_year,
        unit_name as printed,
        unit_code,
        parent_unit_code,
        head_unit_code,
        region_code
    from units
    union
    select
        fiscal_year,
        {{ folded_text('unit_code') }} as printed,
        unit_code,
        parent_unit_code,
        head_unit_code,
        region_code
    from units
),

known_submitters as (
    select
        fiscal_year,
        unit_code as submitter_code
    from units
    union
    select
        fiscal_year,
        region_code as submitter_code
    from units
),

matched as (
    select
        folded.submission_id,
        folded.form_code,
        folded.fiscal_year,
        folded.reporting_unit_label,
        folded.printed,
        folded.submitter_code,
        max(case when names.unit_code = folded.submitter_code then 1 else 0 end) = 1 as is_submitter,
        count(distinct names.unit_code) as match_count,
        min(names.unit_code) as unit_code
    from folded
    left join names
        on
            folded.fiscal_year = names.fiscal_year
            and folded.printed = names.printed
            and folded.printed <> ''
            and (
                folded.submitter_code = names.unit_code
                or folded.submitter_code = names.parent_unit_code
                or folded.submitter_code = names.head_unit_code
                or folded.submitter_code = names.region_code
            )
    group by
        folded.submission_id,
        folded.form_code,
        folded.fiscal_year,
        folded.reporting_unit_label,
        folded.printed,
        folded.submitter_code
),

settled as (
    select
        matched.*,
        case
            when matched.is_submitter then matched.submitter_code
            when matched.match_count = 1 then matched.unit_code
        end as named_code
    from matched
),

forms as (
    select
        submission_id,
        form_code,
        count(distinct named_code) as named_count,
        min(named_code) as named_code
    from settled
    group by submission_id, form_code
)

select
    settled.submission_id,
    settled.form_code,
    settled.fiscal_year,
    settled.reporting_unit_label,
    case
        when settled.named_code is not null then settled.named_code
        when settled.printed = '' and forms.named_count = 1 then forms.named_code
        else settled.submitter_code
    end as unit_code,
    settled.named_code is not null as is_in_register
from settled
inner join forms on settled.submission_id = forms.submission_id and settled.form_code = forms.form_code
left join known_submitters as known
    on settled.fiscal_year = known.fiscal_year and settled.submitter_code = known.submitter_code
where
    settled.named_code is not null
    or (settled.printed = '' and forms.named_count <= 1)
    or known.submitter_code is null
