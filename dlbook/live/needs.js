// Which cells a cell needs. What each binds and needs is read by Python's `names.py`, at build time and in the page.

/** The places of the cells above `place` that the cell there needs, and that those need, in order. */
export function needed(cells, place) {
  const found = new Set();
  const waiting = [place];
  while (waiting.length) {
    const here = waiting.pop();
    for (const name of new Set([...cells[here].needs, ...cells[here].changes])) {
      for (let above = here - 1; above >= 0; above--) {
        const binds = cells[above].binds.includes(name);
        if (!binds && !cells[above].changes.includes(name)) continue;
        if (!found.has(above)) waiting.push(above);
        found.add(above);
        if (binds) break; // made anew there: what was before does not matter
      }
    }
  }
  return [...found].sort((a, b) => a - b);
}
