-- Grades are half-open bands: each one ends where the next begins, one has no floor and one no ceiling.
select
    lower_bands.scheme_code,
    lower_bands.scheme_edition,
    lower_bands.grade_code,
    lower_bands.points_below,
    count(upper_bands.grade_code) as next_bands
from {{ ref('grade_bands') }} as lower_bands
left join {{ ref('grade_bands') }} as upper_bands
    on
        lower_bands.scheme_code = upper_bands.scheme_code
        and lower_bands.scheme_edition = upper_bands.scheme_edition
        and lower_bands.points_below = upper_bands.points_from
where lower_bands.points_below is not null
group by lower_bands.scheme_code, lower_bands.scheme_edition, lower_bands.grade_code, lower_bands.points_below
having count(upper_bands.grade_code) <> 1
