export const PAGE_STYLE = `
:root { --ink: #1d2433; --soft: #667085; --line: #e3e7ee; --good: #12805c; --bad: #c2410c; --own: #3451b2; --other: #b8c0d0; --ground: #fff }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9f0; --soft: #9aa4b8; --line: #2c3342; --good: #3ccf9b; --bad: #ff8a5c; --own: #8aa2ff; --other: #566079; --ground: #12151c }
}
body { font: 14px/1.45 system-ui, 'DejaVu Sans', sans-serif; color: var(--ink); background: var(--ground); max-width: 1180px; margin: 28px auto; padding: 0 24px }
h1 { font-size: 26px; margin: 0 } header p { margin: 4px 0; color: var(--soft) }
h2 { font-size: 17px; margin: 26px 0 6px; border-bottom: 1px solid var(--line); padding-bottom: 4px }
small { font-weight: normal; color: var(--soft) }
table { border-collapse: collapse; width: 100% }
th { font-weight: normal; text-align: left }
.plot { table-layout: fixed } .name { width: 330px } .value { width: 92px } .chart { width: 392px }
.group th { color: var(--soft); font-size: 12px; padding-top: 9px !important }
.plot td, .plot th { padding: 1px 8px 1px 0; vertical-align: middle }
.figure { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; font-weight: 600 }
.note { color: var(--soft); font-size: 12px }
svg { display: block } .tick { stroke: var(--line) } .one { stroke: var(--soft); stroke-dasharray: 2 2 }
.whisker { stroke-width: 3; stroke-linecap: round } .good { fill: var(--good); stroke: var(--good) } .bad { fill: var(--bad); stroke: var(--bad) }
.whisker.own, circle.own { fill: var(--own); stroke: var(--own) } .whisker.other, circle.other { fill: var(--soft); stroke: var(--soft) }
.axis text { font-size: 10px; fill: var(--soft); text-anchor: middle }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(520px, 1fr)); gap: 6px 32px }
figure { margin: 8px 0 } figcaption { font-weight: 600; margin-bottom: 2px }
.dot { display: grid; grid-template-columns: 130px 170px 1fr; gap: 10px; align-items: center; font-size: 12px; height: 19px }
.dot span { white-space: nowrap; overflow: hidden; text-overflow: ellipsis } .dot em { font-style: normal; color: var(--soft); white-space: nowrap }
.dot div { position: relative; height: 1px; background: var(--line) }
.dot i { position: absolute; top: -5px; margin-left: -5px; width: 10px; height: 10px; border-radius: 5px; background: var(--other) } .dot i.own { background: var(--own) }
.promises td, .promises th { padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); font-size: 13px; vertical-align: top } .promises tr:first-child th { color: var(--soft) }
`
