{#
  n / d, exact to twelve decimals, rounded half up, as decimal(28,12).

  DuckDB's `/` on decimals gives a binary float, so both sides are turned into whole numbers of 10^-scale and divided as such.
  `scale` is the number of decimals of n and d: 2 for yuan, 12 for ratios and points. d must not be zero: callers decide what a
  zero denominator means (not applicable), it is never an amount.

  Divisions of 128-bit numbers make up most of what scoring costs on DuckDB, and a cast to fewer decimals is one too. So each side
  is cast once: twice the quotient, plus one, halved by a shift is the quotient rounded half up.
#}
{% macro exact_divide(n, d, scale=2) %}{{ return(adapter.dispatch('exact_divide')(n, d, scale)) }}{% endmacro %}

{% macro duckdb__exact_divide(n, d, scale=2) -%}
{%- set whole_n -%} cast(cast({{ n }} as decimal(38, {{ scale }})) * {{ 10 ** scale }} as hugeint) {%- endset -%}
{%- set whole_d -%} cast(cast({{ d }} as decimal(38, {{ scale }})) * {{ 10 ** scale }} as hugeint) {%- endset -%}
cast(
    cast(
        case when ({{ n }} < 0) = ({{ d }} < 0) then 1 else -1 end
        * ((2 * abs({{ whole_n }}) * 1000000000000 // abs({{ whole_d }}) + 1) >> 1) as decimal(38, 0)
    ) * cast(0.000000000001 as decimal(12, 12)) as decimal(28, 12)
)
{%- endmacro %}

{% macro spark__exact_divide(n, d, scale=2) -%}
cast(round(cast({{ n }} as decimal(38, {{ scale }})) / cast({{ d }} as decimal(38, {{ scale }})), 12) as decimal(28, 12))
{%- endmacro %}
