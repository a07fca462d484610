/** What the lists, tables and details of a panel look like. */
export const lists = `
ul.plain { margin: 0; padding: 0; list-style: none; }
.tasks h2 { margin: 0; padding: 9px 12px 3px; font-size: 11px; font-weight: 600; color: var(--muted); overflow-wrap: anywhere; }
.task {
  display: grid;
  grid-template-columns: auto 1fr auto;
  gap: 3px 8px;
  align-items: center;
  width: 100%;
  padding: 8px 12px;
  text-align: left;
  background: none;
  border: 0;
  border-bottom: 1px solid var(--line);
  border-radius: 0;
}
.task:hover { background: var(--raised); }
.task[aria-current="true"] { background: var(--raised); box-shadow: inset 3px 0 var(--accent); }
.dot { width: 8px; height: 8px; border-radius: 50%; background: var(--waiting); }
.dot[data-status="active"] { background: var(--ok); }
.dot[data-status="paused"] { background: var(--abandoned); border-radius: 1px; }
.dot[data-status="crashed"] { background: var(--error); border-radius: 1px; transform: rotate(45deg); }
.dot[data-status="disposed"] { background: none; border: 1px solid var(--muted); }
.task .name { font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.task .state { color: var(--muted); }
.task .line { grid-column: 2 / 4; color: var(--muted); }
.meter { grid-column: 2 / 4; display: flex; height: 5px; overflow: hidden; background: var(--line); border-radius: 3px; }
.meter i { flex: none; }
.meter i:nth-child(1) { background: var(--accent); }
.meter i:nth-child(2) { background: var(--pending); }
.meter i:nth-child(3) { background: var(--waiting); }
table { width: 100%; border-collapse: collapse; }
caption { text-align: left; }
th, td { padding: 3px 10px; text-align: left; font-weight: 400; white-space: nowrap; border-bottom: 1px solid var(--line); }
thead th { position: sticky; top: 0; color: var(--muted); background: var(--background); }
.number { text-align: right; }
.calls { table-layout: fixed; min-width: 720px; }
.calls thead th:first-child { width: 172px; }
.calls thead th.number { width: 84px; }
.calls td, .calls tbody th { overflow: hidden; text-overflow: ellipsis; }
.calls tbody tr:hover { background: var(--raised); }
.calls tbody button { max-width: 100%; padding: 0 2px; overflow: hidden; text-overflow: ellipsis; background: none; border-color: transparent; font-weight: 600; vertical-align: bottom; }
.calls tbody button:hover { text-decoration: underline; }
.calls .swatch { display: inline-block; margin-right: 6px; }
[data-state="in flight"] .swatch { background: var(--accent); }
[data-state="succeeded"] .swatch { background: var(--ok); }
[data-state="failed"] .swatch { background: var(--error); }
[data-state="canceled"] .swatch, [data-state="rejected"] .swatch { height: 4px; background: var(--canceled); vertical-align: 2px; }
[data-state="lost"] .swatch { background: var(--lost); }
[data-state="canceled, still running"] .swatch { background: none; border: 2px solid var(--abandoned); }
[data-state="not seen to its end"] .swatch { height: 4px; background: var(--faint); }
[data-state="queue: pending"] .swatch { background: var(--pending); }
[data-state="waiting"] .swatch { background: var(--waiting); }
@container (max-width: 719px) {
  .calls { min-width: 0; }
  .calls .wide { display: none; }
  .calls thead th:first-child { width: 116px; }
}
.crash { border-bottom: 1px solid var(--line); }
.crash summary { display: flex; flex-wrap: wrap; gap: 2px 10px; padding: 8px 12px; cursor: pointer; }
.crash summary b::before { content: "▸ " / ""; color: var(--muted); }
.crash[open] summary b::before { content: "▾ " / ""; }
.crash summary b { flex-basis: 100%; font-weight: 600; overflow-wrap: anywhere; }
.crash summary span { color: var(--muted); }
pre { margin: 0; padding: 8px 12px; overflow: auto; font: 11px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--raised); }
.details { padding: 4px 12px 16px; }
.details > .title { position: sticky; top: 0; z-index: 1; display: flex; align-items: center; gap: 8px; margin: 0 -12px; padding: 4px 6px 4px 12px; background: var(--background); border-bottom: 1px solid var(--line); }
.details h2 { flex: 1; outline: none; margin: 0; font-size: 13px; overflow-wrap: anywhere; }
.details h3 { margin: 14px 0 4px; font-size: 11px; font-weight: 600; color: var(--muted); }
.details th, .details td { padding: 3px 0; overflow-wrap: anywhere; white-space: normal; }
.details td { text-align: right; }
.details thead th { position: static; text-align: right; }
.details thead th:first-child { text-align: left; }
.details tbody th { padding-right: 10px; color: var(--muted); }
.latency td, .latency thead th { padding-left: 8px; white-space: nowrap; }
.latency tbody th { padding-right: 0; }
.actions { display: flex; flex-wrap: wrap; gap: 6px; margin-top: 10px; }
.actions input { flex: 1; min-width: 90px; }
.bars { margin: 0; padding: 0; list-style: none; }
.bars li { display: grid; grid-template-columns: 24px 1fr 44px; gap: 8px; align-items: center; color: var(--muted); }
.bars .track { height: 6px; overflow: hidden; background: var(--line); border-radius: 3px; }
.bars .fill { height: 100%; background: var(--pending); }
.bars .number { color: var(--text); }
`
