-- Grain: one row per submitter, fiscal year and form of which at least one submission counts.
select distinct
    submissions.submitter_code,
    submissions.fiscal_year,
    forms.form_code
from {{ ref('stg_submissions') }} as submissions
inner join {{ ref('forms') }} as forms
    on ',' || submissions.form_codes || ',' like '%,' || forms.form_code || ',%'
left join {{ ref('stg_held_forms') }} as held
    on submissions.submission_id = held.submission_id and forms.form_code = held.form_code
where submissions.status = 'loaded' and held.submission_id is null
