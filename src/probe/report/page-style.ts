/** The style of the probe's page, for light and dark. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --back: light-dark(#fcfbf8, #16181c); --ink: light-dark(#23262b, #e4e6ea);
  --soft: light-dark(#676d76, #9aa1ac); --line: light-dark(#e3e1da, #2c3037); --card: light-dark(#ffffff, #1d2025);
  --blue: light-dark(#1f6feb, #6ea8fe); --green: light-dark(#1a7f52, #58c796); --amber: light-dark(#b76e00, #e8b04a);
  --red: light-dark(#c33a3a, #ff8a80); }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 32px 24px 48px; max-width: 1200px; background: var(--back); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 22px; } h1 small { font-weight: 400; color: var(--soft); font-size: 15px; }
.facts { display: flex; flex-wrap: wrap; gap: 12px; margin: 20px 0; padding: 0; }
.facts div { flex: 1 1 160px; padding: 12px 16px; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.facts dt { color: var(--soft); font-size: 13px; } .facts dd { margin: 0; font-size: 22px; font-variant-numeric: tabular-nums; }
.facts .wide { flex-basis: 340px; } .facts .wide dd { font-size: 16px; line-height: 1.35; padding-top: 3px; }
.charts { display: flex; flex-wrap: wrap; gap: 16px; }
.charts svg { flex: 1 1 480px; min-width: 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 8px; }
svg text { font: 12px system-ui, sans-serif; fill: var(--soft); } svg .name { fill: var(--ink); font-weight: 600; font-size: 13px; }
svg polyline { fill: none; stroke-width: 2; } svg line { stroke-width: 1.5; } svg .grid { stroke: var(--line); stroke-width: 1; }
svg .dashed { stroke-dasharray: 5 4; stroke-width: 1.5; } svg line.mark { stroke: var(--red); stroke-dasharray: 2 3; }
svg text.mark { fill: var(--red); font-weight: 600; }
svg .blue { stroke: var(--blue); } svg circle.blue { fill: var(--blue); } svg .green { stroke: var(--green); }
svg circle.green { fill: var(--green); } svg .amber { stroke: var(--amber); } svg circle.amber { fill: var(--amber); }
svg .red { stroke: var(--red); } svg circle.red { fill: var(--red); } svg .soft { stroke: var(--soft); }
h2 { font-size: 16px; margin: 28px 0 8px; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 10px; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { color: var(--soft); font-weight: 500; font-size: 13px; } tr.best td { background: color-mix(in srgb, var(--green) 14%, transparent); font-weight: 600; }
td.words { white-space: normal; min-width: 10em; }
@media (max-width: 1100px) {
  body { padding: 20px 14px 32px; }
  table, tbody { display: block; } thead { display: none; }
  tr { display: grid; grid-template-columns: repeat(auto-fill, minmax(92px, 1fr)); gap: 6px 10px; padding: 10px 12px;
    margin-bottom: 10px; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
  td { padding: 0; border: 0; text-align: left; } td::before { content: attr(data-name); display: block;
    color: var(--soft); font-size: 12px; font-weight: 400; }
  td:empty { display: none; } td.words { grid-column: span 2; min-width: 0; overflow-wrap: anywhere; }
  tr.best { border-color: var(--green); } tr.best td { background: none; }
}
pre { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; overflow-x: auto; font-size: 14px; }
p { color: var(--soft); } p.cut { color: var(--amber); }
`
