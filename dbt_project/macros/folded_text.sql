{#
  A printed text as it is compared: full-width forms as half-width, an ellipsis as three dots, no white space.

  The reader folds by NFKC, the gate by `check_folded`; a test holds the three together on what forms print.
#}
{% macro folded_text(column) -%}
{%- set full_width -%}
！＃＄％＆（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～
{%- endset -%}
{%- set half_width -%}
{% raw %}!#$%&()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~{% endraw %}
{%- endset -%}
{%- set dropped = " \t\n\r\u00a0\u3000\u200b\u200c\u200d\u2060\ufeff\u00ad" -%}
translate(replace(coalesce({{ column }}, ''), '…', '...'), '{{ full_width }}{{ dropped }}', '{{ half_width }}')
{%- endmacro %}
