"""Style and script of the page for a browser. Their hashes are in the page's policy: nothing else of a page is run."""

STYLE = """
:root { color-scheme: light dark; --ink: #16191d; --paper: #fff; --soft: #f1f3f5; --line: #c9ced4; --bad: #9b1c12;
  --warn: #7a4f00; --good: #1d5e20; --cold: #1f4e79; --dim: #555; }
@media (prefers-color-scheme: dark) { :root:not(.day) { --ink: #d6dadf; --paper: #14171a; --soft: #1f2429; --line: #3b434b;
  --bad: #f0a198; --warn: #e2c07a; --good: #9fc794; --cold: #9dbcd2; --dim: #a5abb2; } }
:root.night { color-scheme: dark; --ink: #d6dadf; --paper: #14171a; --soft: #1f2429; --line: #3b434b; --bad: #f0a198;
  --warn: #e2c07a; --good: #9fc794; --cold: #9dbcd2; --dim: #a5abb2; }
:root.day { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; padding: 1rem 1.5rem 2rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 "Noto Sans SC", "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", sans-serif; overflow-wrap: anywhere; }
:root.zh .en, :root.en .zh { display: none; }
h1 { margin: 0; font-size: 1.6rem; } h2 { margin: 1.6rem 0 .5rem; font-size: 1.2rem; }
header p { margin: .2rem 0; color: var(--dim); }
button { font: inherit; color: inherit; background: var(--soft); border: 1px solid var(--line); border-radius: .3rem;
  padding: .1rem .6rem; margin-right: .5rem; cursor: pointer; }
button:focus-visible, summary:focus-visible { outline: 3px solid var(--cold); outline-offset: 1px; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: .6rem; margin: 1rem 0 0; }
dl div { background: var(--soft); border-left: 4px solid var(--cold); padding: .4rem .7rem; }
dt { color: var(--dim); font-size: .85rem; } dd { margin: 0; font-size: 1.25rem; font-weight: 600; }
.tiles { list-style: none; margin: 0 0 1rem; padding: 0; display: grid; gap: .6rem;
  grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); }
.tile { background: var(--soft); border: 1px solid var(--line); border-top: 6px solid var(--line); padding: .4rem .7rem;
  display: flex; flex-direction: column; break-inside: avoid; }
.tile .standing { font-weight: 600; }
.tile.overdue { border-top-color: var(--bad); border-top-style: double; } .tile.overdue .standing { color: var(--bad); }
.tile.soon, .tile.unvisited { border-top-color: var(--warn); border-top-style: dashed; }
.tile.soon .standing, .tile.unvisited .standing { color: var(--warn); }
.tile.good { border-top-color: var(--good); } .tile.good .standing { color: var(--good); }
.said { white-space: nowrap; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
caption { text-align: left; color: var(--dim); font-size: .85rem; padding-bottom: .2rem; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .5rem; text-align: left; vertical-align: top; font-weight: 400; }
thead th { border-bottom-width: 2px; white-space: nowrap; } tbody th { font-weight: 600; }
thead button { background: none; border: 0; padding: 0; margin: 0; font-weight: 600; }
th[aria-sort=ascending] button::after { content: " ▲"; } th[aria-sort=descending] button::after { content: " ▼"; }
td.number, th.number { text-align: right; } td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
tr.late th { color: var(--bad); } tr.late th::before { content: "▲ "; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1rem; }
.narrow table { width: auto; } .narrow td, .narrow thead th { padding-left: 1.6rem; }
figure { margin: 0; break-inside: avoid; } figcaption { font-weight: 600; } figcaption small { color: var(--dim); font-weight: 400; }
figure svg { width: 100%; height: auto; display: block; }
.tick { font-size: 17px; fill: var(--dim); } .axis { stroke: var(--ink); } .grid { stroke: var(--line); stroke-dasharray: 3 3; }
rect.visits { fill: var(--cold); } rect.found { fill: var(--warn); } rect.closed { fill: var(--good); }
.bar .back { fill: var(--line); } .bar .fill { fill: var(--cold); }
footer { margin-top: 2rem; color: var(--dim); font-size: .85rem; }
@media print { :root, :root.night { --ink: #000; --paper: #fff; --soft: #fff; --line: #999; --bad: #000; --warn: #444; --good: #777;
  --cold: #222; --dim: #333; color-scheme: light; } .tools { display: none; } body { padding: 0; font-size: 11px; }
  thead { display: table-header-group; } tr { break-inside: avoid; } a { color: inherit; }
  @page { size: A4 landscape; margin: 12mm; } }
"""

SCRIPT = """
"use strict";
(function () {
  var root = document.documentElement;
  document.getElementById("language").addEventListener("click", function () {
    var english = root.classList.contains("zh");
    root.classList.toggle("en", english); root.classList.toggle("zh", !english);
    root.lang = english ? "en" : "zh-CN";
  });
  document.getElementById("theme").addEventListener("click", function () {
    var dark = root.classList.contains("night") ||
      (!root.classList.contains("day") && matchMedia("(prefers-color-scheme: dark)").matches);
    root.classList.toggle("night", !dark); root.classList.toggle("day", dark);
  });
  function shown(cell) {
    var hidden = root.classList.contains("zh") ? ".en" : ".zh", copy = cell.cloneNode(true);
    copy.querySelectorAll(hidden).forEach(function (one) { one.remove(); });
    return copy.textContent.trim();
  }
  document.querySelectorAll("button[data-sort]").forEach(function (button) {
    button.addEventListener("click", function () {
      var head = button.parentElement, row = head.parentElement, place = Array.prototype.indexOf.call(row.children, head);
      var up = head.getAttribute("aria-sort") !== "ascending", body = row.closest("table").tBodies[0];
      var numbers = button.dataset.sort === "number";
      function value(line) {
        var text = shown(line.children[place]), number = parseFloat(text);
        return numbers ? (isNaN(number) ? -1 : number) : text;
      }
      var lines = Array.prototype.slice.call(body.rows).sort(function (a, b) {
        var one = value(a), two = value(b), found = numbers ? one - two : one.localeCompare(two, root.lang);
        return up ? found : -found;
      });
      Array.prototype.forEach.call(row.children, function (other) { other.setAttribute("aria-sort", "none"); });
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      lines.forEach(function (line) { body.appendChild(line); });
    });
  });
})();
"""
