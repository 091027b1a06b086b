select f.*
from ({filed}) as f
inner join check_yearly_figures as y
    on f.form_code = y.form_code
    and f.table_code = y.table_code
    and f.measure_code = y.measure_code
    and (
        f.item_code = y.item_code
        or (y.item_code = 'CLASS' and length(f.item_code) = 3 and translate(f.item_code, '0123456789', '') = '')
    )
