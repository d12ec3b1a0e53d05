// Which names a cell gives to the cells below it, and which it takes from those above.
import { parser } from "@lezer/python";

/** `{ binds, needs, changes }`: names bound at the top of a cell; names used before that; names changed in place. */
export function names(source) {
  const cell = scopeOf((node) => source.slice(node.from, node.to));
  walk(parser.parse(source).topNode, cell);
  for (const name of cell.later) use(name, cell); // inside functions, which run when the whole cell is known
  return { binds: cell.bound, needs: cell.used, changes: cell.changed };
}

/** The places of the cells above `place` that the cell there needs, and that those need, in order. */
export function needed(cells, place) {
  const found = new Set();
  const waiting = [place];
  while (waiting.length) {
    const here = waiting.pop();
    for (const name of new Set([...cells[here].needs, ...cells[here].changes])) {
      for (let above = here - 1; above >= 0; above--) {
        const { binds, changes } = cells[above];
        if (!binds.has(name) && !changes.has(name)) continue;
        if (!found.has(above)) waiting.push(above);
        found.add(above);
        if (binds.has(name) && !changes.has(name)) break; // made anew there: what was before does not matter
      }
    }
  }
  return [...found].sort((a, b) => a - b);
}

const scopeOf = (text) => ({ text, bound: new Set(), used: new Set(), later: new Set(), changed: new Set() });

function children(node) {
  const found = [];
  for (let child = node.firstChild; child; child = child.nextSibling) found.push(child);
  return found;
}

function walk(node, scope) {
  (RULES[node.name] ?? inside)(node, scope);
}

function inside(node, scope) {
  for (const child of children(node)) walk(child, scope);
}

function use(name, scope) {
  if (!scope.bound.has(name)) scope.used.add(name);
}

/** What stands left of `=`, after `for`, `as` or before `:=`; `a.b = …` and `a[0] = …` change `a`. */
function bind(node, scope) {
  if (node.name === "VariableName") scope.bound.add(scope.text(node));
  else if (node.name === "MemberExpression") change(node, scope);
  else for (const child of children(node)) bind(child, scope);
}

function change(node, scope) {
  walk(node, scope);
  const name = node.name === "MemberExpression" ? node.firstChild : node;
  if (name.name === "VariableName") scope.changed.add(scope.text(name));
}

function assign(node, scope) {
  const parts = children(node);
  const last = parts.findLastIndex((part) => part.name === "AssignOp");
  parts.slice(last + 1).forEach((part) => walk(part, scope));
  parts.slice(0, Math.max(last, 0)).forEach((part) => (part.name === "TypeDef" ? walk : bind)(part, scope));
}

function update(node, scope) {
  change(node.firstChild, scope);
  inside(node, scope);
}

/** `for target in …`: the target is what stands between the two words. */
function loop(node, scope) {
  const parts = children(node);
  let isTarget = false;
  const targets = parts.filter((part) => {
    if (part.name === "for" || part.name === "in") isTarget = part.name === "for";
    return isTarget;
  });
  targets.forEach((part) => bind(part, scope));
  parts.filter((part) => !targets.includes(part)).forEach((part) => walk(part, scope));
}

function comprehension(node, scope) {
  loop(node, { ...scope, bound: new Set(scope.bound) });
}

/** `with … as name`, `except … as name`. */
function alias(node, scope) {
  const parts = children(node);
  parts.forEach((part, i) => (parts[i - 1]?.name === "as" ? bind : walk)(part, scope));
}

/** `import a.b as c`, `from a import b as c`: the last name of each item is bound, or the first where dots follow. */
function imports(node, scope) {
  const parts = children(node);
  const from = parts[0].name === "from";
  const items = parts.slice(parts.findIndex((part) => part.name === "import") + 1);
  items.forEach((part, i) => {
    const [before, after] = [items[i - 1]?.name, items[i + 1]?.name];
    if (part.name !== "VariableName" || before === "." || after === "as") return;
    const renamed = !from && before !== "as" && after === "." && items.slice(i).find((p) => p.name === "," || p.name === "as")?.name === "as";
    if (!renamed) scope.bound.add(scope.text(part));
  });
}

function define(node, scope) {
  const own = scopeOf(scope.text);
  for (const part of children(node)) {
    if (part.name === "VariableName") scope.bound.add(scope.text(part));
    else if (part.name === "ParamList") parameters(part, scope, own);
    else walk(part, part.name === "ArgList" || part.name === "TypeDef" ? scope : own);
  }
  for (const name of [...own.used, ...own.later]) if (!own.bound.has(name)) scope.later.add(name);
}

/** Parameters belong to the function; what they default to is computed outside of it. */
function parameters(node, scope, own) {
  const parts = children(node);
  parts.forEach((part, i) => (parts[i - 1]?.name === "AssignOp" || part.name === "TypeDef" ? walk(part, scope) : bind(part, own)));
}

function call(node, scope) {
  const parts = children(node);
  parts.filter((_, i) => parts[i + 1]?.name !== "AssignOp").forEach((part) => walk(part, scope)); // `f(key=…)` names no variable
}

const RULES = {
  VariableName: (node, scope) => use(scope.text(node), scope),
  AssignStatement: assign,
  NamedExpression: assign,
  UpdateStatement: update,
  ForStatement: loop,
  ComprehensionExpression: comprehension,
  ArrayComprehensionExpression: comprehension,
  SetComprehensionExpression: comprehension,
  DictionaryComprehensionExpression: comprehension,
  WithStatement: alias,
  TryStatement: alias,
  ImportStatement: imports,
  FunctionDefinition: define,
  LambdaExpression: define,
  ClassDefinition: define,
  ArgList: call,
};
