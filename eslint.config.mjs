// What JavaScript is held to; ruff does the same for Python.
const browser = `window document location history navigator localStorage crypto performance self console Blob URL
  URLSearchParams Worker WebAssembly DOMParser CustomEvent Response TransformStream IntersectionObserver ResizeObserver
  matchMedia getComputedStyle fetch addEventListener removeEventListener requestAnimationFrame setTimeout clearTimeout
  setInterval clearInterval innerWidth innerHeight scrollX scrollY getSelection XMLSerializer Node NodeFilter
  atob btoa`;
const node = "process console Buffer URL setTimeout clearTimeout";
const named = (words) => Object.fromEntries(words.split(/\s+/).map((word) => [word, "readonly"]));
const errors = `no-undef no-redeclare no-const-assign no-dupe-keys no-dupe-args no-dupe-class-members no-dupe-else-if
  no-duplicate-case no-unreachable no-unsafe-finally no-unsafe-negation no-unsafe-optional-chaining no-self-assign
  no-self-compare no-sparse-arrays no-loss-of-precision no-cond-assign no-fallthrough no-var no-useless-escape
  no-useless-catch no-empty-pattern no-eval no-new-func no-async-promise-executor use-isnan valid-typeof getter-return
  prefer-const no-shadow-restricted-names no-implicit-globals`;

export default [
  {
    files: ["dlbook/**/*.{js,mjs}", "tests/**/*.mjs", "eslint.config.mjs"],
    languageOptions: { globals: named(browser) },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      ...Object.fromEntries(errors.split(/\s+/).map((rule) => [rule, "error"])),
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-unused-vars": ["error", { args: "after-used" }],
      "max-len": ["error", 120],
      "max-lines": ["error", 350],
    },
  },
  { files: ["tests/**/*.mjs", "dlbook/**/*.mjs"], languageOptions: { globals: named(node) } },
  { files: ["dlbook/live/worker.js"], languageOptions: { globals: named("importScripts loadPyodide") } },
];
