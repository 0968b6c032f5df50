package dev.lockstep.simulator.demo;

/** The looks of the report: light and dark, wide and narrow, and on paper. */
final class ReportStyle {

  static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <title>Lockstep demo</title>
      <style>
      :root { color-scheme: light dark; --ink: #1d2329; --paper: #ffffff; --panel: #f4f6f8; --faint: #5b6670; --line: #d9dee3;
        --good: #1a6b3c; --bad: #b3261e; --bar: #4f8fd0; --halt: #c08a00; }
      @media (prefers-color-scheme: dark) { :root { --ink: #e4e8ec; --paper: #14181c; --panel: #1d2329; --faint: #9aa6b1;
        --line: #333b43; --good: #6fcf97; --bad: #ff8a80; --bar: #4b86c2; --halt: #e6b94d; } }
      * { box-sizing: border-box; }
      body { font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 66rem;
        margin: 2rem auto; padding: 0 1rem; }
      h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.2rem; margin: 2.2rem 0 .5rem; break-after: avoid; }
      h3 { font-size: 1rem; margin: 1.4rem 0 .25rem; break-after: avoid; }
      .faint { color: var(--faint); font-weight: normal; } header p { margin: .1rem 0 1.2rem; }
      .verdict { background: var(--panel); border-left: 5px solid var(--good); border-radius: 4px; padding: .8rem 1.1rem; }
      .verdict.bad { border-color: var(--bad); } .verdict h2 { margin: 0 0 .3rem; color: var(--good); }
      .verdict.bad h2 { color: var(--bad); } .verdict p { margin: .3rem 0 .8rem; max-width: 54rem; }
      .figures { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem 1.8rem; padding: 0; margin: 0; }
      .figures b { font-size: 1.25rem; font-variant-numeric: tabular-nums; }
      .scroll { overflow-x: auto; }
      table { border-collapse: collapse; width: 100%; font-size: .9rem; }
      th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-top: 1px solid var(--line);
        overflow-wrap: break-word; }
      tr:first-child th { border-top: 0; } th { color: var(--faint); font-weight: normal; white-space: nowrap; }
      td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
      td.good { color: var(--good); } td.bad { color: var(--bad); font-weight: bold; }
      code { font: .85em ui-monospace, monospace; color: var(--faint); }
      tr, svg { break-inside: avoid; }
      svg { display: block; width: 100%; min-width: 44rem; height: auto; font: 12px system-ui, sans-serif; }
      svg text { fill: var(--ink); } svg text.step { fill: var(--faint); text-anchor: middle; } svg text.cut { fill: var(--bad);
        font-weight: bold; stroke: none; }
      svg .grid { stroke: var(--line); stroke-dasharray: 2 4; } svg .rail { stroke: var(--line); }
      svg .done { fill: var(--bar); } svg line.cut { stroke: var(--bad); stroke-width: 2.5; } svg .bolt { fill: var(--bad); }
      svg circle.finish { fill: var(--good); } svg circle.halt { fill: var(--halt); } svg circle.cut { fill: var(--bad); }
      .legend { font-size: .85rem; } .key { display: inline-block; width: .8rem; height: .8rem; border-radius: 50%; margin: 0 .2rem 0 .7rem;
        vertical-align: -.05rem; print-color-adjust: exact; }
      .key.done { background: var(--bar); border-radius: 2px; margin-left: 0; } .key.cut { background: var(--bad); width: .2rem;
        border-radius: 0; } .key.halt { background: var(--halt); } .key.finish { background: var(--good); }
      table.steps th:nth-child(n+5), table.journal th:nth-child(-n+2) { text-align: right; }
      @media (min-width: 44rem) {
        table.journal { table-layout: fixed; } table.journal th:nth-child(1) { width: 4rem; }
        table.journal th:nth-child(2) { width: 6rem; } table.journal th:nth-child(4) { width: 13rem; }
        table.journal th:nth-child(5) { width: 8rem; }
      }
      @media (max-width: 44rem) {
        table.stack, table.flow, table.stack tbody, table.flow tbody { display: block; overflow-wrap: anywhere; }
        table.stack tr, table.flow tr { display: block; border-top: 1px solid var(--line); padding: .35rem 0; }
        table.stack tr:first-child, table.flow tr:first-child { display: none; }
        table.stack td { display: block; border: 0; padding: .1rem 0; text-align: left; }
        table.stack td::before { content: attr(data-label) ": "; color: var(--faint); }
        table.flow td { display: inline; border: 0; padding: 0 .5rem 0 0; } table.flow td:empty { display: none; }
        table.flow td:nth-child(2):not(.number) { font-weight: 600; }
      }
      @media print { :root { --ink: #000; --paper: #fff; --panel: #fff; --faint: #444; --line: #bbb; --good: #1a6b3c; --bad: #b3261e; }
        body { margin: 0; max-width: none; font-size: 10pt; } .scroll { overflow: visible; } svg { min-width: 0;
        print-color-adjust: exact; } }
      </style>
      </head>
      <body>
      """;

  private ReportStyle() {}
}
