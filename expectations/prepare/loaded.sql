-- Names compare without white space and with half-width brackets, as the reader compares labels.
create or replace temp macro check_folded(printed) as
    translate(regexp_replace(coalesce(printed, ''), '[\s\x{3000}\x{200b}]+', '', 'g'), '（）', '()');

-- A decimal in plain digits without trailing zeros.
create or replace temp macro check_plain(amount) as rtrim(rtrim(cast(amount as varchar), '0'), '.');

create or replace temp table check_loaded as
select
    s.submission_id,
    trim(unnest(string_split(s.form_codes, ','))) as form_code,
    s.fiscal_year,
    coalesce(s.submitter_code, '') as submitter_code,
    coalesce(s.file_name, '') as file_name,
    coalesce(s.relative_path, '') as relative_path,
    s.modified_at
from raw.submissions as s
where s.status = 'loaded' and s.fiscal_year is not null and coalesce(s.form_codes, '') <> '';
