// Where a browser forbids storage, Sphinx's search would stop at its first word to it: it gets one that forgets.
try {
  void window.localStorage;
} catch {
  const value = { getItem: () => null, setItem() {}, removeItem() {} };
  Object.defineProperty(window, "localStorage", { value });
}
