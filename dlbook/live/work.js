// The reader's work as a whole: how much is solved, and a file that carries it elsewhere.
import { solved } from "./solved.js";
import * as keep from "../practise/keep.js";

const work = document.querySelector(".your-work");

export function counted() {
  const { done, of } = solved();
  work.querySelector(".solved").textContent = `${done} of this chapter’s ${of} exercises solved.`;
}

/** The box at the page's end; `changed` is told when a file was opened. */
export function yourWork(changed) {
  work.innerHTML = `<p><strong>Your work</strong> <span class="solved"></span>
    What you write is kept in this browser and sent nowhere.</p>
    <p><button type="button" data-action="save">Save to a file</button>
    <label class="button">Open a file<input type="file" accept=".json,application/json"></label>
    <span role="status"></span></p>`;
  const status = work.querySelector("[role=status]");
  work.querySelector("button").onclick = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([keep.exported()], { type: "application/json" }));
    link.download = "dlbook-work.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    status.textContent = "Saved. JupyterLab reads your progress from it with import_progress.";
  };
  const input = work.querySelector("input");
  input.onchange = async () => {
    try {
      const { taken, offered } = keep.imported(await input.files[0].text());
      changed();
      const more = offered ? `, ${offered} where you wrote something else are offered beside yours.` : ".";
      status.textContent = `Opened: ${taken} cells taken over${more}`;
    } catch (error) {
      status.textContent = error.message;
    }
    input.value = "";
    counted();
  };
  counted();
}
