-- Every chosen reading of an open point is one the models carry out.
{{ config(meta={'dagster': {'ref': {'name': 'coverage_parameters'}}}) }}

select
    parameters.coverage_code,
    parameters.parameter_code,
    parameters.parameter_value
from {{ ref('coverage_parameters') }} as parameters
left join {{ ref('coverage_readings') }} as readings
    on
        parameters.parameter_code = readings.parameter_code
        and parameters.parameter_value = readings.parameter_value
where readings.parameter_value is null
