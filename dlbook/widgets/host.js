// The host of a built page: finds every explorer, makes it live when it comes near, keeps its state in the address.
import { mount } from "./explorer.js";

function start(figure) {
  const payload = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
  const explorer = mount(figure, payload);
  const web = location.protocol.startsWith("http"); // a file's address cannot be changed
  const name = (control) => `${payload.slug}.${control}`;

  const query = new URLSearchParams(location.search);
  const given = {};
  for (const control of payload.controls) {
    const text = query.get(name(control.name));
    if (text) given[control.name] = control.kind === "choice" ? text : Number(text);
  }
  if (Object.keys(given).length) explorer.set(given);

  let waiting = 0;
  figure.addEventListener("explorer:move", ({ detail }) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (!web) return;
      const address = new URL(location.href);
      for (const [control, value] of Object.entries(detail)) address.searchParams.set(name(control), value);
      history.replaceState(history.state, "", address);
    }, 400);
  });
}

const near = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      near.unobserve(entry.target);
      start(entry.target);
    }
  },
  { rootMargin: "600px" },
);
document.querySelectorAll("figure.explorer").forEach((figure) => near.observe(figure));
