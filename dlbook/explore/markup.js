// The whole figure for one state as HTML: the same from Node, for the still picture, and in the browser.
import { drawPanel } from "./drawing.js";
import { MARKS } from "./marks/index.js";
import { reader, valuesAt } from "./reading.js";
import { escape, fill, format } from "./writing.js";

/** The value of a control as it is shown. */
export const shown = (control, value) => `${format(value)}${control.unit ? ` ${control.unit}` : ""}`;

export const numberOf = (entry, frame) => format(frame.numbers[entry.key], `.${entry.digits}g`);

/** The control that Play walks: the first slider; −1 if there is none. */
export const walked = (controls) => controls.findIndex((c) => c.kind === "slider");

/** A field for words that no browser completes or corrects. */
const PLAIN = 'autocomplete="off" autocapitalize="off" spellcheck="false"';

const button = (data, label) => `<button type="button" ${data}>${label}</button>`;

function legendOf(panel) {
  const entries = panel.marks.filter((mark) => mark.legend).map((mark) => {
    const symbol = MARKS[mark.mark].symbol(mark);
    return `<span><svg width="24" height="12" aria-hidden="true">${symbol}</svg>${escape(mark.legend)}</span>`;
  });
  return `<div class="legend">${entries.join("")}</div>`;
}

const titleOf = (panel) => panel.title || `${panel.ylabel} over ${panel.xlabel}`;

/** On a narrow screen one panel is seen at a time. */
function tabsOf(panels) {
  if (panels.length < 2) return "";
  const tab = (panel, i) => button(`data-tab="${i}" aria-pressed="${i === 0}"`, escape(titleOf(panel)));
  return `<div class="tabs" role="group" aria-label="Pictures">${panels.map(tab).join("")}</div>`;
}

function panelOf(panel, i, width, frame, values) {
  const label = escape(titleOf(panel));
  const { svg } = drawPanel(panel, width, panel.height, frame, values);
  const size = `style="--height:${panel.height}px" viewBox="0 0 ${width} ${panel.height}"`;
  const chosen = i === 0 ? " data-chosen" : "";
  return `<div class="panel"${chosen}><p class="panel-title">${escape(panel.title)}</p>` +
    `<svg data-panel="${i}" role="img" aria-label="${label}" ${size}><g class="drawing">${svg}</g>` +
    `<g class="hover" pointer-events="none"></g></svg>${legendOf(panel)}</div>`;
}

/** A label holds its control: no ids that would clash where a notebook shows the same explorer twice. */
function controlOf(control, i, values) {
  const value = escape(shown(control, values[control.name]));
  const option = (v, k) => `<option value="${k}"${k === control.start ? " selected" : ""}>${escape(v)}</option>`;
  const range = `min="0" max="${control.values.length - 1}" step="1" value="${control.start}"`;
  const inputs = {
    choice: () => `<select data-control="${i}">${control.values.map(option).join("")}</select>`,
    text: () => `<input type="text" data-control="${i}" value="${value}" maxlength="${control.most}" ${PLAIN}>`,
    slider: () => `<input type="range" data-control="${i}" ${range} aria-valuetext="${value}">` +
      `<span class="value" data-shown="${i}" aria-hidden="true">${value}</span>`,
  };
  const input = inputs[control.kind]();
  const label = `<label class="control"><span>${escape(control.label)}</span>${input}</label>`;
  if (!control.stepper) return label;
  const named = (word) => `aria-label="${word} ${escape(control.label)}"`;
  const step = (by, word, sign) => button(`data-of="${i}" data-step="${by}" ${named(word)}`, sign);
  return `<div class="stepper">${step(-1, "Previous", "◀")}${label}${step(1, "Next", "▶")}</div>`;
}

function entryOf(entry, frame, values) {
  const data = `data-number="${entry.key}" data-value="${frame.numbers[entry.key]}"`;
  const value = `<span class="number" ${data}>${numberOf(entry, frame)}</span>`;
  const formula = `<span class="formula">${escape(fill(entry.formula, frame, values))}</span>`;
  return `<div><dt>${escape(entry.label)}</dt><dd>${value}${formula}</dd></div>`;
}

export function markup(payload, width = 360) {
  const places = payload.controls.map((c) => c.start);
  const [frame, values] = [reader(payload)(places), valuesAt(payload.controls, places)];
  const panels = payload.panels.map((panel, i) => panelOf(panel, i, width, frame, values));
  const controls = payload.controls.map((control, i) => controlOf(control, i, values));
  const presets = payload.presets.map((preset, i) => button(`data-preset="${i}"`, escape(preset.label)));
  const play = walked(payload.controls) < 0 ? "" : button('data-action="play"', "Play");
  const empty = payload.sketch ? button('data-action="empty"', "Draw on an empty sheet") : "";
  const numbers = payload.numbers.map((entry) => entryOf(entry, frame, values));
  return `<figcaption class="explorer-title">${escape(payload.title)}</figcaption>` +
    `<p class="explorer-alt">${escape(payload.alt)}</p>` +
    `<div class="panels">${tabsOf(payload.panels)}${panels.join("")}</div>` +
    `<div class="controls">${controls.join("")}</div>` +
    `<div class="buttons" role="group" aria-label="Presets and play">${presets.join("")}${empty}${play}` +
    `${button('data-action="reset"', "Reset")}</div>` +
    `<output class="says" aria-live="polite">${escape(fill(payload.says, frame, values))}</output>` +
    `<dl class="numbers">${numbers.join("")}</dl><p class="problem" role="status"></p>`;
}
