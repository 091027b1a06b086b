// What a reader does on the release page; tells the test what it saw. See test_release_page.py.
window.problems = [];
window.addEventListener("error", function (event) { window.problems.push(String(event.message || event.target.src) + " " + (event.filename || "") + ":" + (event.lineno || "")); }, true);
window.addEventListener("load", async function () {
  var wait = function (milliseconds) { return new Promise(function (done) { setTimeout(done, milliseconds); }); };
  var until = async function (holds) { for (var tries = 0; tries < 200 && !holds(); tries++) { await wait(50); } return holds(); };
  var all = function (selector) { return Array.from(document.querySelectorAll(selector)); };
  var text = function (selector) { var node = document.querySelector(selector); return node ? node.innerText : null; };
  var seen = { problems: window.problems };
  seen.charts = await until(function () { return all("figure.chart.zh .main-svg").length > 0; });
  seen.title = text("h1");
  document.getElementById("language").click();
  await wait(300);
  seen.englishTitle = text("h1");
  seen.englishCharts = all("figure.chart.en .main-svg").length > 0;
  var tabs = all('[role="tab"]');
  tabs[0].focus();
  tabs[0].dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
  seen.tab = document.activeElement.getAttribute("aria-controls");
  seen.openTabs = all(".tab:not(.closed)").map(function (tab) { return tab.dataset.tab; });
  var column = all(".listing-league thead button").find(function (button) { return /Trial total/.test(button.textContent); });
  column.click();
  var values = function () {
    var at = column.closest("th").cellIndex;
    return Array.from(column.closest("table").tBodies[0].rows).map(function (row) { return parseFloat(row.cells[at].dataset.v); });
  };
  seen.sorted = { order: column.closest("th").getAttribute("aria-sort"), values: values() };
  column.click();
  seen.sortedAgain = { order: column.closest("th").getAttribute("aria-sort"), values: values() };
  var link = document.querySelector(".listing-league a.open");
  link.click();
  await until(function () { return all("#subject .nodes > tbody > tr:not(.trace-row)").length > 0; });
  seen.subject = text("#subject-name");
  seen.expected = link.textContent;
  seen.nodes = all("#subject .nodes > tbody > tr:not(.trace-row)").length;
  var button = document.querySelector("#subject .nodes button.link");
  button.click();
  seen.cells = all("#subject .trace-row:not([hidden]) .place").map(function (cell) { return cell.innerText; });
  var dialog = document.getElementById("subject");
  // By the event, not by the clock, which may run ahead of it; the page listens first.
  var closed = new Promise(function (done) { dialog.addEventListener("close", done, { once: true }); });
  dialog.close();
  await closed;
  seen.closed = !dialog.open && location.hash === "";
  var year = document.getElementById("year");
  year.value = "2014";
  year.dispatchEvent(new Event("change"));
  await wait(500);
  seen.year = [document.getElementById("content").dataset.year, text(".year-line")];
  seen.tabAfterYear = all(".tab:not(.closed)").map(function (tab) { return tab.dataset.tab; });
  seen.chartsAfterYear = all("#content figure.chart.en .main-svg").length > 0;
  seen.wider = document.documentElement.scrollWidth > document.documentElement.clientWidth;
  // A picture is the one thing the page may ask for from elsewhere.
  new Image().src = window.listener + "?" + encodeURIComponent(JSON.stringify(seen));
});
