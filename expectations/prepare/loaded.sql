-- Texts compare as the reader compares labels: full-width forms as half-width, an ellipsis as three dots, no white space.
create or replace temp macro check_folded(printed) as
    translate(
        regexp_replace(coalesce(printed, ''), '[\s\x{00A0}\x{3000}\x{200B}-\x{200D}\x{2060}\x{FEFF}\x{00AD}]+', '', 'g')
        .replace('…', '...'),
        '！＃＄％＆（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～',
        '!#$%&()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~'
    );

-- A decimal in plain digits without trailing zeros.
create or replace temp macro check_plain(amount) as rtrim(rtrim(cast(amount as varchar), '0'), '.');

-- A number as cards and lists print it, with or without a percent sign; null for anything else.
create or replace temp macro check_number(printed) as
    case
        when regexp_full_match(
            trim(replace(coalesce(printed, ''), '％', '%')), '[-+]?(\d+(\.\d*)?|\.\d+|\d{1,3}(,\d{3})+(\.\d*)?)\s*%?'
        )
            then try_cast(replace(replace(replace(trim(printed), ',', ''), '%', ''), '％', '') as decimal(30, 6))
    end;

-- One unit of the last decimal a number prints.
create or replace temp macro check_last_unit(printed) as
    case length(regexp_extract(trim(coalesce(printed, '')), '\.(\d*)', 1))
        when 0 then cast(1 as decimal(9, 6))
        when 1 then cast(0.1 as decimal(9, 6))
        when 2 then cast(0.01 as decimal(9, 6))
        when 3 then cast(0.001 as decimal(9, 6))
        else cast(0.0001 as decimal(9, 6))
    end;

create or replace temp table check_money_units as
select
    unit_label,
    try_cast(factor_to_cny as bigint) as factor
from check_units
where kind = 'money';

create or replace temp table check_loaded as
with latest as (
    select
        submission_id,
        fiscal_year,
        submitter_code,
        max([
            coalesce(strftime(date_trunc('second', modified_at), '%Y-%m-%d %H:%M:%S'), ''),
            regexp_replace(coalesce(file_name, ''), '\.[^.]*$', ''),
            relative_path
        ]) as filing
    from raw.submission_files
    group by submission_id, fiscal_year, submitter_code
)

select
    s.submission_id,
    trim(unnest(string_split(s.form_codes, ','))) as form_code,
    s.fiscal_year,
    coalesce(s.submitter_code, '') as submitter_code,
    coalesce(s.file_name, '') as file_name,
    coalesce(s.relative_path, '') as relative_path,
    coalesce(f.filing[3], s.relative_path, '') as latest_path,
    -- Later modified counts, of content filed several times its latest filing; files copied within one second are told
    -- apart by name, 表 before 表（更正）.
    row_number() over (partition by s.fiscal_year, s.submitter_code order by f.filing, s.submission_id) as filing_order
from raw.submissions as s
left join latest as f
    on s.submission_id = f.submission_id and s.fiscal_year = f.fiscal_year and s.submitter_code = f.submitter_code
where s.status = 'loaded' and s.fiscal_year is not null and coalesce(s.form_codes, '') <> '';

-- What cells say without a number, as the form maps in use have it; staging reads the same table.
create or replace temp table check_amount_vocabulary as select * from raw.amount_vocabulary;
