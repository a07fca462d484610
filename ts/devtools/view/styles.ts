import { lists } from './styles-lists.ts'
import { tokens } from './styles-tokens.ts'

const frame = `
:host {
  display: block;
  height: 440px;
  min-height: 200px;
  container-type: inline-size;
  font: 12px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
  color: var(--text);
  text-align: left;
  font-variant-numeric: tabular-nums;
}
:host([hidden]) { display: none; }
:host([docked]) {
  position: fixed;
  inset: auto 0 0 0;
  z-index: 2147483000;
  height: min(var(--height, 440px), 90vh);
  box-shadow: 0 -6px 24px rgb(0 0 0 / 0.22);
}
:host([docked]:not([open])) {
  inset: auto 12px 12px auto;
  width: max-content;
  height: auto;
  min-height: 0;
  box-shadow: none;
  container-type: normal;
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
.panel {
  position: relative;
  display: flex;
  flex-direction: column;
  height: 100%;
  overflow: hidden;
  background: var(--background);
  border: 1px solid var(--line);
  border-radius: 8px;
}
:host([docked]) .panel { border-width: 1px 0 0; border-radius: 0; }
.opener {
  display: flex;
  align-items: center;
  gap: 7px;
  padding: 7px 12px;
  font-weight: 600;
  background: var(--background);
  border-radius: 999px;
  box-shadow: 0 2px 10px rgb(0 0 0 / 0.25);
}
.opener::before, .brand::before {
  content: "";
  width: 10px;
  height: 10px;
  border-radius: 3px;
  background: linear-gradient(var(--accent) 0 3px, transparent 3px 4px, var(--ok) 4px 7px, transparent 7px 8px, var(--pending) 8px);
}
.grip {
  position: absolute;
  inset: -1px 0 auto;
  z-index: 3;
  height: 7px;
  cursor: ns-resize;
  touch-action: none;
}
.grip:hover, .grip:focus-visible { background: var(--accent); }
header, .toolbar {
  display: flex;
  flex: none;
  flex-wrap: wrap;
  align-items: center;
  gap: 4px 12px;
  min-height: 38px;
  padding: 4px 8px 4px 12px;
  border-bottom: 1px solid var(--line);
}
.brand { display: flex; align-items: center; gap: 7px; margin: 0; font-size: 13px; font-weight: 650; }
.totals { display: flex; flex-wrap: wrap; gap: 0 14px; margin: 0; padding: 0; list-style: none; color: var(--muted); }
.totals b { color: var(--text); font-weight: 600; }
.totals .bad b { color: var(--error); }
.spacer { flex: 1; }
.body { position: relative; display: flex; flex: 1; min-height: 0; }
.tasks { flex: none; width: 272px; overflow: auto; border-right: 1px solid var(--line); }
.main { display: flex; flex: 1; flex-direction: column; min-width: 0; }
.view { position: relative; flex: 1; min-height: 0; overflow: auto; }
.view:has(> .timeline) { overflow: hidden; }
.aside { flex: none; width: 324px; overflow: auto; border-left: 1px solid var(--line); }
button, input, summary, .scroller, .view, .tasks, .aside { outline-offset: -2px; }
:focus-visible { outline: 2px solid var(--accent); }
button {
  padding: 3px 9px;
  font: inherit;
  color: var(--text);
  background: var(--raised);
  border: 1px solid var(--line);
  border-radius: 6px;
  cursor: pointer;
}
button:hover { border-color: var(--muted); }
button:disabled { color: var(--muted); cursor: default; border-color: var(--line); }
button.icon { display: inline-flex; padding: 5px; color: var(--muted); background: none; border-color: transparent; }
button.icon:hover { color: var(--text); background: var(--raised); }
svg { width: 14px; height: 14px; fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
.group { display: flex; align-items: center; gap: 2px; }
.group output { min-width: 42px; text-align: center; color: var(--muted); }
.tabs { display: flex; gap: 2px; }
.tabs button { color: var(--muted); background: none; border-color: transparent; }
.tabs button[aria-selected="true"] { color: var(--text); background: var(--raised); border-color: var(--line); }
.tabs .narrow { display: none; }
.filter { display: flex; flex: 1 1 150px; align-items: center; gap: 6px; max-width: 340px; color: var(--muted); }
.filter input { flex: 1; min-width: 0; }
input:not([type="range"]) {
  padding: 3px 8px;
  font: inherit;
  color: var(--text);
  background: var(--background);
  border: 1px solid var(--line);
  border-radius: 6px;
}
input::placeholder { color: var(--muted); opacity: 1; }
.live[aria-pressed="true"] { color: var(--on-accent); background: var(--accent); border-color: var(--accent); }
.timeline { position: absolute; inset: 0; overflow: hidden; }
.scroller { height: 100%; overflow: hidden auto; touch-action: pan-y; cursor: crosshair; }
.sizer { min-height: 100%; }
canvas { position: sticky; top: 0; display: block; }
.tip {
  position: absolute;
  top: 0;
  left: 0;
  z-index: 2;
  max-width: min(320px, 90%);
  padding: 6px 9px;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
  pointer-events: none;
  background: var(--background);
  border: 1px solid var(--line);
  border-radius: 6px;
  box-shadow: 0 4px 14px rgb(0 0 0 / 0.22);
}
.tip::first-line { font-weight: 600; }
.empty { margin: 0; padding: 20px 16px; color: var(--muted); }
.playback { display: flex; flex: none; align-items: center; gap: 8px; padding: 5px 12px; background: var(--raised); border-bottom: 1px solid var(--line); }
.playback input { flex: 1; min-width: 60px; accent-color: var(--accent); }
.notice { margin: 0; padding: 6px 12px; color: var(--error); border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.legend { display: flex; flex: none; flex-wrap: wrap; gap: 2px 14px; margin: 0; padding: 5px 12px; list-style: none; color: var(--muted); border-top: 1px solid var(--line); }
.legend li { display: flex; align-items: center; gap: 5px; }
.swatch { width: 12px; height: 8px; border-radius: 1px; }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@container (max-width: 719px) {
  .tasks { display: none; }
  .tabs .narrow { display: block; }
  .panel[data-tab="tasks"] .tasks { display: block; width: auto; flex: 1; border: 0; }
  .panel[data-tab="tasks"] .main { flex: none; width: 100%; }
  .panel[data-tab="tasks"] .body { flex-direction: column; }
  .panel[data-tab="tasks"] .main { order: -1; }
  .panel[data-tab="tasks"] .main > :not(.toolbar) { display: none; }
  .panel[data-tab="tasks"] .toolbar > :not(.tabs) { display: none; }
  .aside { position: absolute; inset: 0; z-index: 2; width: auto; background: var(--background); border: 0; }
  .filter { flex-basis: 100px; max-width: none; }
  .toolbar .spacer { display: none; }
  .group output { min-width: 34px; }
  .legend { display: none; }
  .totals { order: 1; flex-basis: 100%; }
  .playback { flex-wrap: wrap; }
  .playback input { order: 1; flex-basis: 100%; }
}
@media (forced-colors: active) {
  .meter i, .swatch, .dot { forced-color-adjust: none; }
  .tabs button[aria-selected="true"], .task[aria-current="true"] { outline: 2px solid Highlight; }
}
`

let sheet: CSSStyleSheet | undefined

/** One style sheet for all panels. It is constructed, so that a strict Content-Security-Policy needs no exception for it. */
export function styleSheet(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet()
    sheet.replaceSync(tokens + frame + lists)
  }
  return sheet
}
