create or replace temp table check_other_year (submission_id varchar, form_code varchar);
