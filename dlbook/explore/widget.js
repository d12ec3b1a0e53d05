// JupyterLab's entry point, by way of anywidget: a notebook's kernel answers every move.
import { mount } from "./mount.js";
import { revive } from "./reading.js";

const GONE = "The kernel was started anew and no longer knows this explorer: run its cell again.";

function render({ model, el }) {
  // The picture that a saved notebook keeps stands in the output before.
  for (const still of document.querySelectorAll(`[data-still="${model.get("still")}"]`)) still.hidden = true;
  const figure = el.appendChild(document.createElement("figure"));
  // Keys that move a slider or choose an option are no commands to the notebook.
  figure.setAttribute("data-lm-suppress-shortcuts", "true");
  figure.addEventListener("keydown", (event) => event.stopPropagation());

  const waiting = new Map();
  let seq = 0;
  const ask = (values) => new Promise((resolve, reject) => {
    const mine = ++seq;
    waiting.set(mine, { resolve, reject });
    try {
      model.send({ seq: mine, values });
    } catch {
      reject(new Error(GONE));
    }
  });
  const listen = ({ seq, frame, error }) => {
    const question = waiting.get(seq);
    if (!question) return;
    waiting.delete(seq);
    if (error) question.reject(new Error(error));
    else question.resolve(revive(frame));
  };
  model.on("msg:custom", listen);
  const explorer = mount(figure, model.get("payload"), ask);
  return () => {
    model.off("msg:custom", listen);
    explorer.close();
  };
}

export default { render };
