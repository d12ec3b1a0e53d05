// The card that answers: it comes while the pointer or the focus rests on what it is about, and stays when it is asked
// for by a click, a tap or Enter. Escape closes it, and the focus goes back.

const kinds = []; // [selector, what to show]
const REST = 300; // ms that a pointer must rest
let timer, about, sign;

const card = Object.assign(document.createElement("div"), { className: "word-card", popover: "auto", tabIndex: -1 });
card.setAttribute("role", "dialog");
card.addEventListener("toggle", ({ newState }) => {
  if (newState === "closed") about = null;
});

/** What fits the selector answers with the nodes that `show(element, sign)` promises: a label first, or nothing. */
export function offer(selector, show) {
  if (!card.parentNode) listen();
  kinds.push([selector, show]);
}

function kindOf(target) {
  if (!target.closest?.("article")) return null; // a link in the card leads where it says
  for (let at = target; at; at = at.parentElement) {
    const kind = kinds.find(([selector]) => at.matches(selector));
    if (kind) return [at, kind[1], signOf(target)];
    if (at.matches("a, button, summary, label")) return null;
  }
  return null;
}

/** The one sign of a formula that the pointer is on; "" between signs. */
const signOf = (target) => (target.matches(".mord") && !target.childElementCount ? target.textContent : "");

/** Shows the card of a kind, unless something else was asked about meanwhile. */
async function open([target, show, at], inside = false) {
  clearTimeout(timer);
  [about, sign] = [target, at];
  const shown = await show(target, at).catch(() => null);
  if (about !== target) return;
  if (!shown) return close();
  const [label, ...content] = shown;
  if (card.matches(":popover-open")) card.hidePopover();
  about = target;
  card.setAttribute("aria-label", label);
  card.replaceChildren(...content);
  card.showPopover();
  place(target);
  if (inside) card.focus();
}

function close() {
  clearTimeout(timer);
  about = null;
  if (card.matches(":popover-open")) card.hidePopover();
}

/** Below what it is about, or above where there is no room; never beside the window. */
function place(target) {
  const { left, top, bottom } = (target.querySelector(".base") ?? target).getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = card;
  const above = bottom + height + 16 > innerHeight && top > height + 16;
  card.style.left = `${scrollX + Math.max(8, Math.min(left, document.documentElement.clientWidth - width - 8))}px`;
  card.style.top = `${scrollY + (above ? top - height - 6 : bottom + 6)}px`;
}

function listen() {
  document.body.append(card);
  document.addEventListener("pointerover", ({ target, pointerType, buttons }) => {
    if (pointerType !== "mouse" || buttons) return;
    clearTimeout(timer);
    if (card.contains(target)) return;
    const kind = kindOf(target);
    const asked = card.contains(document.activeElement); // a card that was asked for stays
    if (about && kind?.[0] === about && (asked || !kind[2] || kind[2] === sign)) return;
    timer = setTimeout(() => (kind ? open(kind) : asked || close()), REST);
  });
  document.addEventListener("focusin", ({ target, relatedTarget }) => {
    if (card.contains(target) || card.contains(relatedTarget)) return; // a card that closes gives the focus back
    const kind = target.matches(":focus-visible") && kindOf(target);
    if (kind && kind[0] === target) open(kind);
    else if (about && about !== target) close();
  });
  document.addEventListener("click", (event) => {
    const kind = kindOf(event.target);
    if (!kind || event.ctrlKey || event.metaKey || event.shiftKey || !getSelection().isCollapsed) return;
    const [target] = kind;
    // With a mouse or the keyboard a term is a link as any other; a finger cannot rest on it.
    if (target.matches("a:not([href*='bibliography.html#'])") && !["touch", "pen"].includes(event.pointerType)) return;
    event.preventDefault();
    open(kind, true);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.matches("a, button") || card.contains(event.target)) return;
    const kind = kindOf(event.target);
    if (kind?.[0] === event.target) open(kind, true);
  });
}
