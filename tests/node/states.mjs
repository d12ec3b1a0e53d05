// What an explorer shows in several states, read and written by its own module: a payload and the places of its
// controls on stdin; for each of them the numbers and their texts, the sentence, and the parts of each drawing.
import { readFileSync } from "node:fs";
import { markup } from "../../dlbook/explore/markup.js";

const unescaped = (text) =>
  text.replace(/&(amp|lt|gt|quot);/g, (_, name) => ({ amp: "&", lt: "<", gt: ">", quot: '"' })[name]);

function state(payload, places) {
  const controls = payload.controls.map((control, i) => ({ ...control, start: places[i] }));
  const html = markup({ ...payload, controls });
  const numbers = html.matchAll(/data-number="([^"]*)" data-value="([^"]*)">([^<]*)</g);
  return {
    numbers: [...numbers].map(([, key, value, text]) => [key, value, text]),
    formulas: [...html.matchAll(/class="formula">([^<]*)</g)].map(([, text]) => unescaped(text)),
    says: unescaped(html.match(/<output[^>]*>([^<]*)</)[1]),
    drawn: html.split('<div class="panel"').slice(1)
      .map((panel) => panel.match(/<(path|rect|circle|line|text)/g).length),
  };
}

const { payload, settings } = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(settings.map((places) => state(payload, places))));
