{# A sentence of the catalogue of texts with its names in braces filled in; null when a value is. #}
{% macro sentence(key, language, values={}) -%}
{%- set filled = namespace(text='texts.' ~ key ~ '_' ~ language) -%}
{%- for name, expression in values.items() -%}
    {%- set placeholder = "{%s}" | format(name) -%}
    {%- set filled.text = "replace(" ~ filled.text ~ ", '" ~ placeholder ~ "', " ~ expression ~ ")" -%}
{%- endfor -%}
{{ filled.text }}
{%- endmacro %}

{# Points as sentences write them: two decimals, half up, without zeros at the end. #}
{% macro shown_points(expression) -%}
{{ plain_number('cast(round(' ~ expression ~ ', 2) as decimal(28, 2))') }}
{%- endmacro %}

{# A fraction as sentences write it: a percentage of at most two decimals. #}
{% macro shown_percentage(expression) -%}
{{ plain_number('cast(round(' ~ expression ~ ' * 100, 2) as decimal(28, 2))') }} || '%'
{%- endmacro %}

{# The sentences a total is told in. #}
{% macro explanation_keys() -%}
{% do return([
    'total', 'total_incomplete', 'index_total', 'index_total_incomplete', 'total_none', 'rank', 'rank_interval', 'rank_firm', 'rank_in_band', 'grade', 'source',
    'default', 'estimated', 'not_applicable', 'not_demonstrable', 'strengths', 'weaknesses',
]) %}
{%- endmacro %}

{# The sentences about a total in one language; what is null is not said. `cards` and `texts` are those of int_explanations. #}
{% macro explanation_in(language, separator) -%}
{%- set whose = {
    'subject': 'cards.subject_name_zh', 'year': 'cards.year_said', 'scheme': 'cards.scheme_name_' ~ language,
    'edition': 'cards.scheme_edition',
} -%}
{%- set total = dict(whose, points='cards.points_said', max_points='cards.max_points_said') -%}
{%- set missing = "coalesce(cards.missing_items_" ~ language ~ ", '')" -%}
{%- set further = [
    ('rank', {'rank': 'cards.rank_said', 'ranked': 'cards.ranked_said'}),
    ('rank_interval', {'first': 'cards.rank_from_said', 'last': 'cards.rank_to_said', 'level': 'cards.level_said'}),
    ('rank_firm', {'level': 'cards.firm_level_said'}),
    ('rank_in_band', {'rank': 'cards.rank_in_band_said', 'ranked': 'cards.ranked_in_band_said', 'band': 'cards.band_code'}),
    ('grade', {'grade': 'cards.grade_name_' ~ language}),
    ('source', {'points': 'cards.source_points_said', 'max_points': 'cards.max_source_points_said'}),
    ('default', {'points': 'cards.default_said'}),
    ('estimated', {'points': 'cards.estimated_said'}),
    ('not_applicable', {'points': 'cards.not_applicable_said'}),
    ('not_demonstrable', {'points': 'cards.not_demonstrable_said'}),
    ('strengths', {'names': 'cards.strengths_' ~ language}),
    ('weaknesses', {'names': 'cards.weaknesses_' ~ language}),
] -%}
case
    when cards.max_points is null and not cards.is_complete
        then {{ sentence('index_total_incomplete', language, dict(whose, missing=missing)) }}
    when cards.points_said is null then {{ sentence('total_none', language, whose) }}
    else
        concat(
            case
                when cards.max_points is null
                    then {{ sentence('index_total', language, dict(whose, published='cards.index_said')) }}
                when cards.is_complete then {{ sentence('total', language, total) }}
                else
                    {{ sentence(
                        'total_incomplete', language, dict(total, missing_points='cards.missing_points_said', missing=missing)
                    ) }}
            end
            {%- for key, values in further %},
            coalesce('{{ separator }}' || {{ sentence(key, language, values) }}, '')
            {%- endfor %}

        )
end
{%- endmacro %}
