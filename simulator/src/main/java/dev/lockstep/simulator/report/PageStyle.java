package dev.lockstep.simulator.report;

/** The looks of a page: light and dark, laptop and phone, with nothing from anywhere else. */
final class PageStyle {

  static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <title>Lockstep: every power cut</title>
      <style>
      :root { color-scheme: light dark; --ink: #1d2329; --paper: #fff; --panel: #f4f6f8; --faint: #5b6670; --line: #d9dee3;
        --good: #1a6b3c; --bad: #b3261e; --on-bad: #fff; --bar: #4f8fd0; --blush: #fdf0ef; }
      @media (prefers-color-scheme: dark) { :root { --ink: #e4e8ec; --paper: #14181c; --panel: #1d2329; --faint: #9aa6b1; --line: #333b43;
        --good: #6fcf97; --bad: #ff8a80; --on-bad: #14181c; --bar: #4b86c2; --blush: #2b1c1c; } }
      * { box-sizing: border-box; }
      body { font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 80rem; margin: 2rem auto;
        padding: 0 1rem; overflow-wrap: break-word; }
      h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.2rem; margin: 2.2rem 0 .5rem; }
      .faint { color: var(--faint); } header p { margin: .1rem 0 1.2rem; }
      .verdict { background: var(--panel); border-left: 5px solid var(--good); border-radius: 4px; padding: .8rem 1.1rem; }
      .verdict.bad { border-color: var(--bad); } .verdict h2 { margin: 0 0 .3rem; color: var(--good); }
      .verdict.bad h2 { color: var(--bad); } .verdict p { margin: .3rem 0 .8rem; max-width: 60rem; }
      .figures { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem 1.8rem; padding: 0; margin: 0; }
      .figures b { font-size: 1.25rem; font-variant-numeric: tabular-nums; }
      table { border-collapse: collapse; width: 100%; font-size: .9rem; }
      th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-top: 1px solid var(--line); }
      tr:first-child > * { border-top: 0; } th { color: var(--faint); font-weight: normal; }
      td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; width: 6rem; } td.bar { width: 40%; }
      .bar i { display: block; height: .7rem; margin-top: .35rem; background: var(--bar); border-radius: 2px; min-width: 2px; }
      td.good { color: var(--good); } td.bad { color: var(--bad); font-weight: 600; } table.pairs th { width: 20rem; }
      .marks { display: flex; flex-wrap: wrap; gap: .3rem; padding: 0; margin: .3rem 0; list-style: none; font: .78rem ui-monospace, monospace; }
      .marks li { background: var(--panel); border-radius: 3px; padding: .05rem .4rem; } .marks li.not { background: none;
        border: 1px dashed var(--line); color: var(--faint); }
      .lane-names, .row { display: grid; grid-template-columns: 7.5rem 1.35fr repeat(4, 1fr); gap: 0 .9rem; font-size: .82rem; }
      .lane-names { position: sticky; top: 0; background: var(--paper); border-bottom: 2px solid var(--line); color: var(--faint); padding: .3rem 0;
        z-index: 1; }
      .row { border-bottom: 1px solid var(--line); padding: .2rem 0; } .row > span { min-width: 0; overflow-wrap: anywhere; } .row .when { color: var(--faint); }
      .write { display: block; color: var(--faint); } .now { display: block; font-weight: 600; } .lost { text-decoration: line-through; }
      .band { margin: .5rem 0 0; padding: .35rem .7rem; background: var(--panel); border-radius: 4px; font-weight: 600; font-size: .9rem; }
      .band.cut { background: var(--blush); color: var(--bad); border: 1px solid var(--bad); }
      .band.first { background: var(--bad); color: var(--on-bad); } .row.left { background: var(--blush); }
      details { border-bottom: 1px solid var(--line); } summary { color: var(--faint); font-size: .82rem; padding: .25rem 0; cursor: pointer; }
      pre { background: var(--panel); padding: .7rem; border-radius: 4px; font-size: .78rem; white-space: pre-wrap; overflow-wrap: anywhere; }
      @media (max-width: 52rem) {
        .lane-names { display: none; } .row { display: block; padding: .3rem 0; } .row > span { display: block; } .row > span:empty { display: none; }
        .row > span[data-lane]::before { content: attr(data-lane) ": "; color: var(--faint); font-weight: normal; }
        .row > span[data-lane] > :first-child { display: inline; }
        td.bar { display: none; } table.pairs th { width: 45%; } table.stack, table.stack tbody, table.stack tr { display: block; } table.stack tr.names { display: none; }
        table.stack tr { border-top: 1px solid var(--line); padding: .3rem 0; } table.stack td { display: block; border: 0; padding: 0; }
      }
      @media print { .lane-names { position: static; } .row, tr { break-inside: avoid; } }
      </style>
      </head>
      <body>
      """;

  private PageStyle() {}
}
