select
    submission_id,
    '{table}',
    check_folded(printed),
    min(sheet),
    min_by(cell, [sheet, cell])
from (
    select distinct
        _submission_id as submission_id,
        {field} as printed,
        _sheet as sheet,
        coalesce({field}__cell, '') as cell
    from raw.{table}
) as named
group by submission_id, check_folded(printed)
