// Behaviour of the release page: language, fiscal year, tabs, sorting, charts and drill-down.
// It shows what Python formatted and computes nothing. Data come in files loaded by script tags, because a page
// opened from the disk may not fetch; each file calls one function of `bpw`.
var bpw = (function () {
  "use strict";

  var texts = JSON.parse(document.getElementById("texts").textContent);
  var content = document.getElementById("content");
  var dialog = document.getElementById("subject");
  var announcer = document.getElementById("announcer");
  var years = {}, rests = {}, subjects = {}, waiting = {};
  var openTab = null;
  var STATISTICS = ["measure", "band_number", "peer_count", "band_mean", "band_min", "band_max", "difference", "window_min", "window_max"];

  // ---- small helpers -------------------------------------------------------------------------------------------

  function language() { return document.documentElement.dataset.lang; }

  function make(tag, attributes, children) {
    var node = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) { node.setAttribute(name, attributes[name]); });
    [].concat(children === undefined ? [] : children).forEach(function (child) {
      node.append(child);
    });
    return node;
  }

  // A text in both languages; the style shows one.
  function both(zh, en) {
    var pair = document.createDocumentFragment();
    pair.append(make("span", { "class": "zh", lang: "zh-Hans" }, zh), make("span", { "class": "en", lang: "en" }, en));
    return pair;
  }

  function fill(template, values) {
    return template.replace(/\{(\w+)\}/g, function (_, name) { return values[name]; });
  }

  function say(key, values) {
    var pair = texts[key] || [key, key];
    var of = function (index) {
      var chosen = {};
      Object.keys(values || {}).forEach(function (name) {
        chosen[name] = Array.isArray(values[name]) ? values[name][index] : values[name];
      });
      return fill(pair[index], chosen);
    };
    return both(of(0), of(1));
  }

  function saidPlainly(key, values) {
    return fill((texts[key] || [key, key])[language() === "en" ? 1 : 0], values || {});
  }

  function load(file, done) {
    if (waiting[file]) { waiting[file].push(done); return; }
    waiting[file] = [done];
    var script = make("script", { src: "data/" + file });
    var finish = function (ok) {
      var callbacks = waiting[file];
      delete waiting[file];
      callbacks.forEach(function (callback) { callback(ok); });
    };
    script.onload = function () { script.remove(); finish(true); };
    script.onerror = function () {
      script.remove();
      announcer.textContent = saidPlainly("load_failed", { file: "data/" + file });
      finish(false);
    };
    document.head.append(script);
  }

  // ---- language ------------------------------------------------------------------------------------------------

  function setLanguage(chosen) {
    document.documentElement.dataset.lang = chosen;
    document.documentElement.lang = chosen === "en" ? "en" : "zh-Hans";
    try { localStorage.setItem("bpw-language", chosen); } catch (error) { /* private window: choice lasts for the page */ }
    applyAttributes(document);
    drawCharts(document);
    resizeCharts();
  }

  function applyAttributes(root) {
    ["aria-label", "title"].forEach(function (name) {
      root.querySelectorAll("[data-" + name + "-zh]").forEach(function (node) {
        node.setAttribute(name, node.getAttribute("data-" + name + "-" + language()));
      });
    });
  }

  // ---- charts --------------------------------------------------------------------------------------------------

  function drawCharts(root) {
    if (!window.Plotly) { return; }
    root.querySelectorAll("figure.chart." + language()).forEach(function (figure) {
      if (figure.dataset.drawn) { return; }
      var spec = JSON.parse(figure.querySelector("script").textContent);
      var place = make("div", {});
      figure.append(place);
      figure.dataset.drawn = "1";
      window.Plotly.newPlot(place, spec.data, spec.layout, {
        displayModeBar: false, displaylogo: false, plotlyServerURL: "", doubleClick: false
      });
    });
  }

  // Not plotly's own `responsive`: it also resizes charts of the language that is hidden, to nothing, and fails.
  function resizeCharts() {
    if (!window.Plotly) { return; }
    document.querySelectorAll("figure.chart[data-drawn] > div").forEach(function (place) {
      if (place.offsetWidth) { window.Plotly.Plots.resize(place); }
    });
  }

  // Charts have the size of the screen; on paper they get that of the sheet, and their own back afterwards.
  function fitCharts(onPaper) {
    if (!window.Plotly) { return; }
    document.querySelectorAll("figure.chart[data-drawn] > div").forEach(function (place) {
      if (!place.offsetWidth) { return; }
      var trend = place.closest(".trend") !== null;
      if (!place.dataset.height) { place.dataset.height = place.layout.height; }
      var height = parseInt(place.dataset.height, 10);
      window.Plotly.relayout(place, onPaper
        ? { autosize: false, width: trend ? 375 : 900, height: Math.min(height, trend ? 140 : 420) }
        : { autosize: true, width: null, height: height });
    });
  }

  // ---- tables --------------------------------------------------------------------------------------------------

  function upgradeTables(root) {
    root.querySelectorAll("table.listing th[data-sort]").forEach(function (head) {
      var button = make("button", { type: "button", "class": "sort" });
      while (head.firstChild) { button.append(head.firstChild); }
      head.append(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", function () { withAllRows(head.closest("table"), function () { sortBy(head); }); });
    });
    root.querySelectorAll("[data-rest]").forEach(function (button) {
      button.addEventListener("click", function () {
        withAllRows(document.getElementById("table-" + button.dataset.rest), function () {});
      });
    });
    root.querySelectorAll(".filter").forEach(function (group) {
      group.hidden = false;
      group.addEventListener("click", function (event) {
        var pressed = event.target.closest("[data-filter]");
        if (pressed) { filterFindings(group, pressed); }
      });
    });
  }

  function withAllRows(table, done) {
    var key = table.id.replace("table-", "");
    var button = document.querySelector('[data-rest="' + key + '"]');
    if (!button) { done(); return; }
    load("rows-" + key + ".js", function (ok) {
      if (!ok) { return; }
      table.tBodies[0].insertAdjacentHTML("beforeend", rests[key]);
      button.parentNode.remove();
      announcer.textContent = saidPlainly("rows_shown", { number: table.tBodies[0].rows.length });
      done();
    });
  }

  function sortBy(head) {
    var table = head.closest("table");
    var column = head.cellIndex;
    var numeric = head.dataset.sort === "n";
    var ascending = head.getAttribute("aria-sort") === "none" ? !numeric : head.getAttribute("aria-sort") !== "ascending";
    table.querySelectorAll("th[aria-sort]").forEach(function (other) { other.setAttribute("aria-sort", "none"); });
    head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
    var keyed = Array.prototype.map.call(table.tBodies[0].rows, function (row, index) {
      var cell = row.cells[column];
      var value = cell.hasAttribute("data-v") ? cell.dataset.v : cell.textContent.trim();
      return { row: row, index: index, empty: value === "", value: numeric ? parseFloat(value) : value,
               fixed: row.classList.contains("aggregate") };
    });
    keyed.sort(function (a, b) {
      if (a.fixed !== b.fixed) { return a.fixed ? -1 : 1; }
      if (a.empty !== b.empty) { return a.empty ? 1 : -1; }
      var order = a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
      return order ? (ascending ? order : -order) : a.index - b.index;
    });
    table.tBodies[0].append.apply(table.tBodies[0], keyed.map(function (entry) { return entry.row; }));
  }

  function filterFindings(group, pressed) {
    var table = group.parentNode.querySelector("table.listing-finding");
    withAllRows(table, function () {
      group.querySelectorAll("[data-filter]").forEach(function (button) {
        button.setAttribute("aria-pressed", String(button === pressed));
      });
      Array.prototype.forEach.call(table.tBodies[0].rows, function (row) {
        row.hidden = pressed.dataset.filter !== "" && row.dataset.severity !== pressed.dataset.filter;
      });
    });
  }

  // ---- tabs ----------------------------------------------------------------------------------------------------

  function upgradeTabs(root) {
    root.querySelectorAll(".tabs").forEach(function (tabs) {
      var panels = Array.prototype.slice.call(tabs.querySelectorAll(".tab"));
      if (panels.length < 2) { return; }
      var list = make("div", { "class": "tab-list", role: "tablist" });
      var buttons = panels.map(function (panel) {
        var button = make("button", { type: "button", role: "tab", "aria-controls": panel.id, id: panel.id + "-button" });
        Array.prototype.forEach.call(panel.querySelector("h3").childNodes, function (node) { button.append(node.cloneNode(true)); });
        panel.setAttribute("role", "tabpanel");
        panel.setAttribute("aria-labelledby", button.id);
        list.append(button);
        return button;
      });
      var show = function (index) {
        panels.forEach(function (panel, at) {
          panel.classList.toggle("closed", at !== index);
          buttons[at].setAttribute("aria-selected", String(at === index));
          buttons[at].tabIndex = at === index ? 0 : -1;
        });
        openTab = panels[index].dataset.tab;
      };
      buttons.forEach(function (button, index) {
        button.addEventListener("click", function () { show(index); });
        button.addEventListener("keydown", function (event) {
          var step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
          if (!step) { return; }
          var next = (index + step + buttons.length) % buttons.length;
          show(next);
          buttons[next].focus();
        });
      });
      tabs.prepend(list);
      var remembered = panels.findIndex(function (panel) { return panel.dataset.tab === openTab; });
      show(remembered < 0 ? 0 : remembered);
    });
  }

  // ---- fiscal year ---------------------------------------------------------------------------------------------

  function showYear(year) {
    if (content.dataset.year === year) { return; }
    load("year-" + year + ".js", function (ok) {
      if (!ok) { return; }
      content.innerHTML = years[year];
      content.dataset.year = year;
      document.getElementById("year").value = year;
      upgrade(content);
    });
  }

  function upgrade(root) {
    upgradeTabs(root);
    upgradeTables(root);
    applyAttributes(root);
    drawCharts(root);
  }

  // ---- drill-down ----------------------------------------------------------------------------------------------

  function followAddress() {
    var asked = /^#s-(\d+)-(\d+)$/.exec(location.hash);
    if (!asked) { if (dialog.open) { dialog.close(); } return; }
    load("s/" + asked[1] + ".js", function (ok) { if (ok) { showSubject(subjects[asked[1]], parseInt(asked[2], 10), asked[1]); } });
  }

  function showSubject(subject, year, key) {
    var all = subject.scores.concat(subject.coverage).map(function (entry) { return entry.year; });
    var offered = all.filter(function (value, index) { return all.indexOf(value) === index; }).sort().reverse();
    var chooser = make("select", { id: "subject-year" }, offered.map(function (value) {
      var option = make("option", { value: value }, String(value));
      option.selected = value === year;
      return option;
    }));
    chooser.addEventListener("change", function () { location.replace("#s-" + key + "-" + chooser.value); });
    var close = make("button", { type: "button", "class": "control" }, say("close"));
    close.addEventListener("click", function () { dialog.close(); });
    var body = make("div", { "class": "subject-body" });
    subject.scores.filter(function (entry) { return entry.year === year; }).forEach(function (score) {
      body.append(scoreSection(subject, score));
    });
    var ledgers = subject.coverage.filter(function (entry) { return entry.year === year; });
    if (ledgers.length) { body.append(make("h3", {}, say("coverage"))); }
    ledgers.forEach(function (entry) { body.append(ledgerSection(subject, entry)); });
    if (!body.childNodes.length) { body.append(make("p", { "class": "empty" }, say("none"))); }
    dialog.replaceChildren(
      make("header", { "class": "subject-head" }, [
        make("h2", { id: "subject-name" }, [subject.name || subject.code, " ", make("span", { "class": "code" }, subject.code)]),
        make("div", { "class": "controls" }, [make("label", { "class": "control" }, [say("year"), " ", chooser]), close])
      ]),
      body
    );
    if (!dialog.open) { dialog.showModal(); }
    document.documentElement.classList.add("subject-open");
    chooser.focus({ preventScroll: true });
  }

  function scoreSection(subject, score) {
    var section = make("section", { "class": "score" });
    var facts = make("dl", { "class": "facts" });
    var fact = function (name, value) { facts.append(make("div", {}, [make("dt", {}, name), make("dd", {}, value)])); };
    if (score.sourceMax !== "—" && score.sourceMax !== "0") {
      fact(say("from_source"), [score.source, make("small", {}, " / " + score.sourceMax)]);
    }
    fact(say("trial_total"), score.isTrial ? [score.trial, " ", mark()] : [score.trial]);
    fact(say("rank"), [score.rank === null ? "—" : String(score.rank)]);
    if (score.band && score.bandRank !== null) { fact(say("in_band"), say("band", { band: score.band, rank: score.bandRank })); }
    if (score.grade[0]) { fact(say("grade"), both(score.grade[0], score.grade[1])); }
    section.append(make("h3", {}, [say("scores"), " ", make("span", { "class": "code" }, score.scheme + " " + score.edition)]), facts);
    if (!score.isComplete) {
      section.append(make("p", { "class": "warning" }, [make("span", { "class": "chip missing" }, say("incomplete")), " ",
        say("missing_items", { items: score.missing })]));
    }
    if (score.explanation[0]) {
      section.append(make("p", { "class": "explanation" }, both(score.explanation[0], score.explanation[1])));
    }
    section.append(nodeTable(subject, score));
    return section;
  }

  function mark() { return make("span", { "class": "trial-mark" }, say("trial")); }

  // Children below their parent, in the order of the file.
  function inTreeOrder(nodes) {
    var children = {};
    nodes.forEach(function (node) { (children[node[1]] = children[node[1]] || []).push(node); });
    var known = {};
    nodes.forEach(function (node) { known[node[0]] = true; });
    var ordered = [];
    var visit = function (node, depth) {
      ordered.push([node, depth]);
      (children[node[0]] || []).forEach(function (child) { visit(child, depth + 1); });
    };
    nodes.forEach(function (node) { if (!known[node[1]]) { visit(node, 0); } });
    return ordered;
  }

  function nodeTable(subject, score) {
    var cells = {};
    score.trace.forEach(function (line) { (cells[line[0]] = cells[line[0]] || []).push(line); });
    var body = make("tbody", {});
    inTreeOrder(score.nodes).forEach(function (entry) {
      var node = entry[0], depth = entry[1], traced = cells[node[0]] || [];
      var isDefault = node[7] === "default";
      var row = make("tr", { "class": "depth-" + Math.min(depth, 4) }, [
        make("th", { scope: "row" }, both(node[2], node[3])),
        make("td", { "class": "n" }, pointsOf(node)),
        make("td", { "class": "bar-cell" }, make("span", { "class": "mini wide", "aria-hidden": "true" },
          make("span", { "class": node[10] ? "trial" : "", style: "width:" + node[6] + "%" }))),
        make("td", {}, make("span", { "class": "chip " + (isDefault ? "default" : "plain") }, say(isDefault ? "default_node" : "source_node"))),
        make("td", {}, traced.length ? toggle(traced.filter(isFigure).length) : "")
      ]);
      body.append(row);
      if (traced.length) { body.append(traceRow(subject, traced, row.querySelector("button"))); }
    });
    return frame(make("table", { "class": "nodes" }, [heads(["node", "points", "", "basis", "cells"], { points: "n" }), body]));
  }

  function pointsOf(node) {
    if (node[8] !== "reported") { return make("span", { "class": "chip " + node[8] }, say(node[8])); }
    var shown = [node[4], make("small", {}, " / " + node[5])];
    if (node[10]) { shown.push(" ", mark()); }
    if (!node[9]) { shown.push(" ", make("span", { "class": "chip missing" }, say("incomplete"))); }
    return shown;
  }

  function toggle(number) {
    return make("button", { type: "button", "class": "link", "aria-expanded": "false" }, say("show_cells", { number: number }));
  }

  // A line of the trace is a figure with its cell, or a statistic of the peer band.
  function isFigure(line) { return line[2] !== ""; }

  function statistics(lines) {
    var list = make("dl", { "class": "statistics" });
    STATISTICS.forEach(function (role) {
      lines.filter(function (line) { return line[3] === role; }).forEach(function (line) {
        list.append(make("div", {}, [make("dt", {}, say("role_" + role)), make("dd", {}, line[5])]));
      });
    });
    return list;
  }

  function traceRow(subject, traced, button) {
    var table = make("table", { "class": "trace" }, [heads(["figure", "year", "value", "filed", "workbook", "sheet", "cell"], { value: "n", filed: "n" }),
      make("tbody", {}, traced.filter(isFigure).map(function (line) {
        return make("tr", {}, [
          make("td", {}, [line[1] || line[2], " ", make("span", { "class": "role" }, say("role_" + line[3])), make("br", {}),
            make("code", {}, line[2])]),
          make("td", {}, String(line[4] === null ? "" : line[4])),
          make("td", { "class": "n" }, line[7] === "reported" ? line[5] : make("span", { "class": "chip " + line[7] }, say(line[7]))),
          make("td", { "class": "n" }, line[6])
        ].concat(placeCells(subject, line, 8)));
      }))]);
    var row = make("tr", { "class": "trace-row" }, make("td", { colspan: "5" }, [table, statistics(traced)]));
    row.hidden = true;
    button.addEventListener("click", function () {
      row.hidden = !row.hidden;
      button.setAttribute("aria-expanded", String(!row.hidden));
    });
    return row;
  }

  function placeCells(subject, line, at) {
    var file = subject.files[line[at]] || ["", ""];
    return [
      make("td", { "class": "path", title: file[1] }, file[0]),
      make("td", {}, line[at + 1]),
      make("td", { "class": "place" }, make("b", {}, line[at + 2]))
    ];
  }

  function evidenceCell(subject, line, at) {
    var file = subject.files[line[at]] || ["", ""];
    return make("td", { "class": "path", title: file[1] }, file[0] ? file[0] + " › " + line[at + 1] + " › " + line[at + 2] : "");
  }

  function ledgerSection(subject, entry) {
    var details = make("details", { "class": "fold" });
    details.append(make("summary", {}, [make("span", { "class": "code-badge" }, entry.code), " ",
      entry.status === "reported" ? entry.ratio : make("span", { "class": "chip " + entry.status }, say(entry.status))]));
    if ([entry.overlap, entry.unplaced].some(function (amount) { return amount !== "—" && amount !== "0.00"; })) {
      details.append(make("p", { "class": "lead" }, say("gross_net", entry)));
    }
    if (entry.lines.length) {
      details.append(frame(make("table", { "class": "ledger" }, [
        heads(["object", "function", "amount", "status", "reason", "workbook", "sheet", "cell", "evidence"], { amount: "n" }),
        make("tbody", {}, entry.lines.map(function (line) {
          return make("tr", {}, [
            make("th", { scope: "row" }, line[0]), make("td", {}, line[1]), make("td", { "class": "n" }, line[2]),
            make("td", {}, make("span", { "class": "chip " + line[3] }, say(line[3]))),
            make("td", {}, both(line[4], line[5]))
          ].concat(placeCells(subject, line, 6), evidenceCell(subject, line, 9)));
        }))
      ])));
    } else { details.append(make("p", { "class": "empty" }, say("none"))); }
    if (entry.more) { details.append(make("p", { "class": "lead" }, say("more_lines", { number: entry.more }))); }
    return details;
  }

  function heads(names, kinds) {
    return make("thead", {}, make("tr", {}, names.map(function (name) {
      return make("th", { scope: "col", "class": kinds[name] || "t" }, name ? say(name) : "");
    })));
  }

  function frame(table) { return make("div", { "class": "table-frame" }, table); }

  // ---- start ---------------------------------------------------------------------------------------------------

  function start() {
    var chooser = document.getElementById("year");
    // A reload keeps the last choice in the box while the page shows the year it was made with.
    chooser.value = content.dataset.year;
    chooser.addEventListener("change", function (event) { showYear(event.target.value); });
    document.getElementById("language").addEventListener("click", function () {
      setLanguage(language() === "en" ? "zh" : "en");
    });
    document.getElementById("print").addEventListener("click", function () { window.print(); });
    dialog.addEventListener("close", function () {
      document.documentElement.classList.remove("subject-open");
      if (/^#s-/.test(location.hash)) { history.replaceState(null, "", location.pathname + location.search); }
    });
    dialog.addEventListener("click", function (event) { if (event.target === dialog) { dialog.close(); } });
    window.addEventListener("hashchange", followAddress);
    var resizing = null;
    window.addEventListener("resize", function () {
      clearTimeout(resizing);
      resizing = setTimeout(resizeCharts, 120);
    });
    window.addEventListener("beforeprint", function () { fitCharts(true); });
    window.addEventListener("afterprint", function () { fitCharts(false); });
    window.addEventListener("load", function () { drawCharts(document); });
    upgrade(document);
    followAddress();
  }

  return {
    start: start,
    year: function (key, html) { years[key] = html; },
    rows: function (key, html) { rests[key] = html; },
    subject: function (key, document_) { subjects[key] = document_; }
  };
})();
bpw.start();
