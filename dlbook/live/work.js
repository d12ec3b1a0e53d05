// The reader's work as a whole: a file that carries it elsewhere.
import * as keep from "../practise/keep.js";

/**
 * Buttons that save it to a file and open one, below a `line` in HTML; `changed` is told when one was opened. Returns
 * the place for what is said of it.
 */
export function yourWork(work, line, changed) {
  work.innerHTML = `<p>${line} What you write is kept in this browser and sent nowhere.</p>
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
      const more = offered ? `, ${offered} where you wrote something else are offered beside yours.` : ".";
      status.textContent = `Opened: ${taken} cells taken over${more}`;
      changed();
    } catch (error) {
      status.textContent = error.message;
    }
    input.value = "";
  };
  return status;
}
