const light = `
  color-scheme: light;
  --background: #ffffff;
  --raised: #f3f5f8;
  --line: #d8dee6;
  --text: #18212b;
  --muted: #56626f;
  --accent: #0b63c5;
  --on-accent: #ffffff;
  --ok: #1f8a66;
  --error: #c4262e;
  --canceled: #7651cf;
  --lost: #b5410a;
  --abandoned: #8a6100;
  --pending: #7fb2ec;
  --waiting: #a9b4c0;
  --faint: #a9b4c0;
`

const dark = `
  color-scheme: dark;
  --background: #0f1318;
  --raised: #191f27;
  --line: #2a323d;
  --text: #e7edf4;
  --muted: #93a0af;
  --accent: #58a6ff;
  --on-accent: #0b1016;
  --ok: #3fb68b;
  --error: #ff7070;
  --canceled: #ab8dff;
  --lost: #ff9a5c;
  --abandoned: #e3b04b;
  --pending: #2f6cb0;
  --waiting: #566372;
  --faint: #566372;
`

/** The colors, light or dark as the reader has it, unless the attribute `theme` says otherwise. */
export const tokens = `
:host { ${light} }
@media (prefers-color-scheme: dark) { :host(:not([theme="light"])) { ${dark} } }
:host([theme="dark"]) { ${dark} }
`
