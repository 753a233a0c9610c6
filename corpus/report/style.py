"""How the pages look: light and dark, on a wide and on a narrow screen, and on paper."""

STYLE = """
:root {
  --paper: #fdfcfa; --panel: #ffffff; --ink: #1f2328; --quiet: #5c636b; --line: #dcdad5;
  --bar: #5b8fb0; --grid: #e9e7e2; --warm: #f0a868; --cool: #66b29d; --words: #8a3b00;
  --banner: #fff1e2; --tint: 18%; --lift: 0%;
  color-scheme: light dark;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #16181b; --panel: #1d2024; --ink: #e6e4df; --quiet: #a2a8ae; --line: #363a40;
    --bar: #4f86a8; --grid: #2b2f34; --warm: #8a4c13; --cool: #2b6b5c; --words: #ffc48a;
    --banner: #33261a; --tint: 45%; --lift: 40%;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body {
  margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere;
  font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
}
main { max-width: 80rem; margin: 0 auto; padding: 2rem clamp(1rem, 3vw, 2.5rem) 5rem; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0; letter-spacing: -.01em; }
h1 + p { color: var(--quiet); margin: .25rem 0 1rem; }
h2 { font-size: 1.5rem; line-height: 1.25; margin: 3rem 0 .75rem; padding-top: 1rem;
  border-top: 2px solid var(--ink); }
h3 { font-size: 1.1rem; margin: 2.25rem 0 .75rem; }
h3 small { font-weight: 400; font-size: .9rem; color: var(--quiet); }
a { color: inherit; text-underline-offset: .2em; text-decoration-color: var(--quiet); }
:focus-visible { outline: 2px solid var(--bar); outline-offset: 2px; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; list-style: none; margin: 0;
  padding: 0; }
.words { margin: 0; padding: .75rem 1rem; border-left: .4rem solid var(--words);
  background: var(--banner); color: var(--words); font-size: 1.25rem; font-weight: 600;
  line-height: 1.35; }
.facts { display: flex; flex-wrap: wrap; gap: .75rem 2.5rem; margin: 1rem 0 0; }
dt { color: var(--quiet); font-size: .8125rem; }
dd { margin: 0; }
.facts > div { max-width: 36rem; }
small { font-size: .8125rem; color: var(--quiet); }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: .375rem; }
th { font-weight: 400; text-align: left; }
.swatch { display: inline-block; width: .7em; height: .7em; border-radius: 50%;
  background: color-mix(in oklab, white var(--lift), var(--layer)); margin-inline-end: .5em; }
summary { cursor: pointer; color: var(--quiet); padding: .375rem 0; width: fit-content; }
summary:hover { color: var(--ink); }

.cards { display: grid; gap: 1.25rem;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 34rem), 1fr)); align-items: start; }
.card { width: 100%; table-layout: fixed; background: var(--panel); font-size: .9375rem; }
.card caption { padding: .625rem .875rem .375rem; background: var(--panel);
  border: 1px solid var(--line); border-bottom: 0; border-radius: .5rem .5rem 0 0; }
.card { border: 1px solid var(--line); border-top: 0; }
.card th, .card td { padding: .1875rem .4375rem; vertical-align: middle; }
.card th:first-child { padding-left: .875rem; width: 30%; }
.card thead th { color: var(--quiet); font-size: .75rem; vertical-align: bottom; }
.card thead th:nth-child(3) { width: 31%; }
.card th:last-child, .card td:last-child { text-align: right; width: 3.25rem;
  padding-right: .875rem; }
.card tr:last-child > * { padding-bottom: .5rem; }
.card td small { white-space: nowrap; }
.card b { font-weight: 600; margin-inline-end: .25rem; }
.unit { color: var(--quiet); font-size: .8125rem; }
.axis, .scale { display: block; position: relative; }
.axis { height: 1.125rem; }
.axis span { position: absolute; transform: translateX(-50%); }
.axis span:first-child { transform: none; }
.axis span:last-child { transform: translateX(-100%); }
.scale { height: .875rem; background: linear-gradient(var(--grid), var(--grid)) 0 50%/100% 1px
  no-repeat, repeating-linear-gradient(to right, var(--grid) 0 1px, transparent 1px var(--half));
  border-right: 1px solid var(--grid); }
.scale::before { content: ""; position: absolute; left: var(--zero); top: -.1875rem;
  bottom: -.1875rem; border-left: 1px solid var(--quiet); }
.bar, .range { position: absolute; }
.bar { top: .125rem; bottom: .125rem; background: var(--bar); min-width: 1px;
  border-radius: 0 2px 2px 0; }
.range { top: .1875rem; bottom: .1875rem; min-width: 2px; border: solid var(--ink);
  border-width: 0 1.5px; background: linear-gradient(var(--ink), var(--ink)) 0 50%/100% 1.5px
  no-repeat; }
.card tbody.untold tr:first-child th { color: var(--ink); padding-top: .5rem; text-align: left;
  font-style: italic; width: auto; border-top: 1px dashed var(--line); }
.untold { color: var(--quiet); font-size: .8125rem; }

.matrices { display: flex; flex-wrap: wrap; gap: 1.5rem 3rem; }
.scroll { overflow-x: auto; max-width: 100%; overflow-wrap: normal; }
.matrix td, .matrix th { padding: .375rem .625rem; text-align: center; }
.matrix tbody th { text-align: right; }
.matrix td { border: 2px solid var(--paper); min-width: 5rem; line-height: 1.25;
  background: color-mix(in oklab, var(--cool) calc(var(--heat, 0) * 100%), var(--panel)); }
.matrix td small { display: block; font-size: .6875rem; color: inherit; white-space: nowrap; }
.matrix thead td, .matrix .none, .matrix.distance td { background: none; }
.matrix .none { color: var(--quiet); }
.matrix .untold small { white-space: normal; color: var(--quiet); }

.alike { list-style: none; padding: 0; columns: 26rem; margin: 0 0 1.25rem; }
.alike:empty { display: none; }
.confusions { display: flex; flex-wrap: wrap; gap: 1.75rem 3.5rem; align-items: start; }
.confusion { max-width: 100%; }
.values td { padding: .25rem .5rem; text-align: center; min-width: 2.25rem; color: var(--quiet);
  border: 1px solid var(--line); }
.values td[style] { color: var(--ink); font-weight: 600; background: color-mix(in oklab,
  var(--warm) calc(25% + var(--heat) * 75%), var(--panel)); }
.values thead td { border: 0; }
.values thead th { vertical-align: bottom; padding: .25rem .5rem; font-size: .8125rem; }
.values thead bdi { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 12rem; }
.values tbody th { text-align: right; padding-right: .75rem; font-size: .875rem; }
.values caption { font-weight: 400; white-space: nowrap; }
.values .agreement { border-width: 0 0 0 3px; color: var(--ink); }

.contents { list-style: none; padding: 0; }
.contents li { display: grid; grid-template-columns: 3rem 7rem 1fr; gap: 0 .75rem; }
.contents b { text-align: right; font-variant-numeric: tabular-nums; }
.contents span { color: var(--quiet); }
.differences { list-style: none; padding: 0; display: grid; gap: 0 3rem;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 30rem), 1fr)); }
.differences > li { border-top: 1px solid var(--line); padding: .75rem 0 1rem;
  break-inside: avoid; min-width: 0; }
.differences p { margin: 0; }
.differences b { font-size: .875rem; font-weight: 600; margin-inline-end: .5rem; }
.differences p small { font-size: .75rem; }
blockquote { margin: .25rem 0 .5rem; color: var(--quiet);
  font: 1.0625rem/1.5 Charter, "Iowan Old Style", Georgia, "Noto Serif", serif; }
mark { color: var(--ink); padding: .05em .1em; border-radius: 2px;
  background: color-mix(in oklab, var(--layer, #888) var(--tint), transparent);
  border-bottom: 2px solid color-mix(in oklab, white var(--lift), var(--layer, #888)); }
.says { list-style: none; padding: 0; margin: 0 0 .25rem; }
.says li { display: flex; gap: .75rem; align-items: baseline; }
.who { flex: 0 0 6.5rem; color: var(--quiet); font-size: .8125rem; }

.glossary { margin-top: 3rem; border-top: 2px solid var(--ink); padding-top: .75rem; }
.glossary summary { font-size: 1.1rem; font-weight: 600; color: var(--ink); }
.glossary dl { columns: 26rem; column-gap: 3rem; }
.glossary dl div { break-inside: avoid; margin-bottom: .75rem; }
.glossary dt { color: var(--ink); font-weight: 600; font-size: .9375rem; }
.glossary dd { font-size: .9375rem; color: var(--quiet); }

@media (max-width: 40rem) {
  main { padding-top: 1.25rem; }
  .words { font-size: 1.1rem; }
  .card { font-size: .875rem; }
  .card th, .card td { padding-inline: .25rem; }
  .card th:first-child { padding-left: .625rem; width: 33%; }
  .card th:last-child, .card td:last-child { width: 2.5rem; padding-right: .625rem; }
  .card td small { display: block; font-size: .6875rem; }
  .who { flex-basis: 4.5rem; }
}
@media print {
  :root { --paper: #fff; --panel: #fff; }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .card, .confusion, tr { break-inside: avoid; }
  h2, h3, caption { break-after: avoid; }
  nav { display: none; }
  .scroll { overflow: visible; }
  .glossary details::details-content { content-visibility: visible; block-size: auto; }
}
"""
