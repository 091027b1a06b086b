create or replace temp table check_code_lists (
    entity_kind varchar, fiscal_year integer, entity_code varchar, is_listed boolean, current_codes varchar
);
