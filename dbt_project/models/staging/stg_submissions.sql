-- Grain: one row per submission, that is per distinct content of a workbook.
select
    submission_id,
    content_sha256,
    cast(fiscal_year as integer) as fiscal_year,
    submitter_code,
    file_name,
    relative_path,
    size_bytes,
    modified_at,
    container_format,
    status,
    reason,
    form_codes,
    cell_count
from {{ source('raw', 'submissions') }}
