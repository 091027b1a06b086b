-- Marts publishing is written for, in the shapes of the dbt models. Used by marts_fixture.py.
create schema marts;
create schema quality;

create table marts.rpt_coverage_board (
    coverage_code varchar, coverage_name_zh varchar, coverage_name_en varchar, level_code varchar,
    level_name_zh varchar, is_headline boolean, fiscal_year integer, numerator_net_cny decimal(38,2),
    denominator_cny decimal(38,2), numerator_count integer, denominator_count integer, coverage_ratio
    decimal(28,12), target_ratio decimal(9,6), gap_cny decimal(24,2), gap_count integer,
    is_target_reached boolean, value_status varchar, status_reason_zh varchar, status_reason_en varchar,
    subjects_total integer, subjects_reported integer, subjects_not_applicable integer, subjects_reached
    integer, share_of_subjects_reached decimal(28,12), change_on_previous_year decimal(28,12), note_zh
    varchar, note_en varchar, citation varchar, parameters_zh varchar, parameters_en varchar
);
comment on table marts.rpt_coverage_board is
    'One row per coverage target and fiscal year, pooled over the province. | 每项覆盖面目标每个财政年度一行（全省汇总）。';

create table marts.fct_coverage_ratios (
    coverage_code varchar, subject_type varchar, subject_code varchar, subject_name_zh varchar,
    subject_level_code varchar, fiscal_year integer, numerator_gross_cny decimal(24,2),
    numerator_net_cny decimal(24,2), overlap_cny decimal(24,2), unplaced_cny decimal(24,2), denominator_cny decimal(24,2),
    numerator_count bigint, denominator_count bigint, coverage_ratio decimal(18,8), target_ratio
    decimal(9,6), gap_cny decimal(24,2), gap_count bigint, value_status varchar, status_reason_zh varchar,
    status_reason_en varchar, is_target_reached boolean, subjects_due integer, parameters_zh varchar,
    parameters_en varchar
);
comment on table marts.fct_coverage_ratios is
    'One row per coverage target, subject and fiscal year. The ratio rests on the ledger. | 每项目标每个对象每个年度一行。比例以台账为依据。';

create table marts.fct_coverage_ledger (
    coverage_code varchar, subject_type varchar, subject_code varchar, fiscal_year integer, line_no
    integer, object_type varchar, object_code varchar, object_name_zh varchar, function_code varchar,
    amount_cny decimal(24,2), unit_count bigint, coverage_status varchar, reason_code varchar, reason_zh
    varchar, reason_en varchar, submission_id varchar, sheet varchar, cell varchar,
    evidence_submission_id varchar, evidence_sheet varchar, evidence_cell varchar
);
comment on table marts.fct_coverage_ledger is
    'One row per line of a coverage ledger. | 覆盖面台账每行一条。';

create table marts.fct_scores (
    scheme_code varchar, scheme_edition varchar, subject_type varchar, subject_code varchar,
    subject_name_zh varchar, fiscal_year integer, node_code varchar, node_name_zh varchar, node_name_en
    varchar, parent_node_code varchar, node_level integer, node_order integer, points decimal(18,8), max_points
    decimal(9,4), node_status varchar, value_status varchar, is_complete boolean
);
comment on table marts.fct_scores is
    'One row per node of a scheme, subject and fiscal year. | 每个方案节点、对象、年度一行。';

create table marts.fct_score_trace (
    scheme_code varchar, scheme_edition varchar, subject_type varchar, subject_code varchar, fiscal_year
    integer, node_code varchar, rule_code varchar, trace_part varchar, metric_code varchar,
    input_role varchar, figure_code varchar, figure_name_zh varchar, measure decimal(28,12),
    band_number integer, peer_count integer, band_mean decimal(28,12),
    band_min decimal(28,12), band_max decimal(28,12), difference decimal(28,12),
    window_min decimal(28,12), window_max decimal(28,12), coefficient decimal(9,4), input_value decimal(38,12), value_text varchar,
    value_status varchar, fiscal_year_of_figure integer, submission_id varchar, file_name varchar,
    relative_path varchar, sheet varchar, cell varchar
);
comment on table marts.fct_score_trace is
    'One row per figure that entered a node. | 进入节点计算的每个数据项一行。';

create table marts.fct_submissions (
    submission_id varchar, fiscal_year integer, submitter_code varchar, submitter_name_zh varchar,
    form_codes varchar, file_name varchar, relative_path varchar, status varchar, reason varchar,
    finding_count bigint
);
comment on table marts.fct_submissions is
    'One row per submission. | 每份报送一行。';

create table marts.fct_findings (
    finding_id varchar, gate varchar, check_code varchar, severity varchar, fiscal_year integer,
    submission_id varchar, submitter_code varchar, form_code varchar, sheet varchar, cell varchar, given
    varchar, expected varchar, subject_code varchar, message_zh varchar, message_en varchar, file_name
    varchar, relative_path varchar, item varchar, root_finding_id varchar, disposition varchar,
    disposition_reason varchar, exemption_code varchar
);
comment on table marts.fct_findings is
    'One row per finding. | 每条核对意见一行。';

create table marts.dim_regions (
    region_code varchar, region_name_zh varchar
);
comment on table marts.dim_regions is
    'One row per region. | 每个地区一行。';

create table marts.dim_units (
    unit_code varchar, unit_name_zh varchar, region_code varchar
);
comment on table marts.dim_units is
    'One row per budget unit. | 每个预算单位一行。';

create table marts.rpt_region_scorecard (
    subject_code varchar, subject_name_zh varchar, fiscal_year integer, scheme_code varchar,
    scheme_edition varchar, scheme_name_zh varchar, scheme_name_en varchar, band_code varchar,
    band_count integer, total_points_from_source decimal(18,8), max_points_from_source decimal(9,4),
    total_points_with_defaults decimal(18,8), is_trial boolean, is_complete boolean, missing_items_zh
    varchar, missing_items_en varchar, missing_node_codes varchar, rank_overall integer, rank_overall_from
    integer, rank_overall_to integer, rank_in_band integer, rank_interval_level decimal(9,6), grade_code varchar, grade_name_zh varchar,
    grade_name_en varchar, explanation_zh varchar, explanation_en varchar
);
comment on table marts.rpt_region_scorecard is
    'One row per county and fiscal year. | 每个县每个年度一行。';

create table marts.rpt_department_scorecard (
    subject_code varchar, subject_name_zh varchar, fiscal_year integer, scheme_code varchar,
    scheme_edition varchar, scheme_name_zh varchar, scheme_name_en varchar, band_code varchar,
    band_count integer, total_points_from_source decimal(18,8), max_points_from_source decimal(9,4),
    total_points_with_defaults decimal(18,8), is_trial boolean, is_complete boolean, missing_items_zh
    varchar, missing_items_en varchar, missing_node_codes varchar, rank_overall integer, rank_overall_from
    integer, rank_overall_to integer, rank_in_band integer, rank_interval_level decimal(9,6), grade_code varchar, grade_name_zh varchar,
    grade_name_en varchar, explanation_zh varchar, explanation_en varchar
);
comment on table marts.rpt_department_scorecard is
    'One row per department and fiscal year. | 每个部门每个年度一行。';

create table marts.rpt_quality_board (
    fiscal_year integer, aspect varchar, aspect_name_zh varchar, aspect_name_en varchar, submitter_code varchar,
    submitter_name_zh varchar, block_count integer, error_count integer, warning_count integer,
    late_form_count integer, never_form_count integer, open_weight integer, attention_rank integer,
    worst_check_code varchar, worst_check_title_zh varchar, worst_check_title_en varchar
);
comment on table marts.rpt_quality_board is
    'One row per year, aspect and submitter. | 每个年度、监督内容、报送单位一行。';

create table marts.rpt_data_quality (
    fiscal_year integer, submitter_code varchar, submitter_name_zh varchar, due_form_count integer,
    late_form_count integer, never_form_count integer, check_count integer, failed_count integer,
    quality_points decimal(28,12), quality_points_change decimal(28,12), grade_name_zh varchar,
    grade_name_en varchar
);
comment on table marts.rpt_data_quality is
    'One row per submitter and year. | 每个报送单位每个年度一行。';

create table marts.rpt_evaluation_signals (
    fiscal_year integer, signal_code varchar, signal_name_zh varchar, signal_name_en varchar,
    peer_group varchar, subject_code varchar, subject_name_zh varchar, subject_name_en varchar,
    window_years integer, sample_count integer, observed_value decimal(18,6), comparison_value decimal(18,6),
    p_value decimal(9,6), is_signal boolean
);
comment on table marts.rpt_evaluation_signals is
    'One row per year, signal and subject. | 每个年度、信号、对象一行。';

create table marts.fct_threshold_bins (
    fiscal_year integer, threshold_code varchar, threshold decimal(18,6), peer_group varchar,
    bin_from decimal(18,6), bin_to decimal(18,6), case_count integer, expected_count decimal(18,6)
);
comment on table marts.fct_threshold_bins is
    'One row per year, threshold and bin. | 每个年度、临界值、分组一行。';

create table quality.check_results (severity varchar, status varchar);
insert into quality.check_results values ('block', 'passed'), ('error', 'failed');
create table quality.findings (severity varchar);
