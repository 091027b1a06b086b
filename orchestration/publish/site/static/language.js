// Sets the language before the page is painted: last choice, else the address (?lang=en), else Chinese.
(function () {
  "use strict";
  var asked = /[?&]lang=(zh|en)\b/.exec(location.search);
  var kept = null;
  try { kept = localStorage.getItem("bpw-language"); } catch (error) { kept = null; }
  var language = (asked && asked[1]) || kept || "zh";
  document.documentElement.dataset.lang = language === "en" ? "en" : "zh";
  document.documentElement.lang = language === "en" ? "en" : "zh-Hans";
  document.documentElement.classList.add("scripted");
})();
