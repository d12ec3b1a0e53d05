"""Run a computation one line at a time and remember every number: what the step-through explorers show.

    >>> import numpy as np
    >>> tape = Recorder(A=np.array([[1.0, 2.0]]), W=np.array([[3.0, -4.0]]))
    >>> step = tape.run("Z = A @ W.T", formula="Z = A Wᵀ")
    >>> step.value, step.explain((0, 0))
    (array([[-5.]]), '1 · 3 + 2 · (−4) = −5')

The line that is shown is the line that ran, and its explanation is read off the line itself. An explanation can be
worked out by hand: where the digits that are not shown matter, it says ≈.
"""

import ast
import itertools
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dlbook._validate import wrong

NAMES = {"sigmoid": "σ", "sigmoid_grad": "σ′", "sqrt": "√"}  # how a function is written in an explanation
SUM, MINUS, QUOTIENT, PRODUCT, POWER, ATOM = range(6)  # how tightly a text holds together: 1 + 2, −1, 1 / 2, 1 · 2, …
# for each operation: its sign, how tightly it holds, and how tightly its two sides must
SIGNS = {
    ast.Add: (" + ", SUM, SUM, SUM),
    ast.Sub: (" − ", SUM, SUM, QUOTIENT),
    ast.Mult: (" · ", PRODUCT, PRODUCT, PRODUCT),
    ast.Div: (" / ", QUOTIENT, PRODUCT, POWER),
}
RESULTS = {ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply, ast.Div: np.divide}


@dataclass(frozen=True)
class Part:
    """A part of a line at one place: its text, how tightly that holds together, and what it comes to."""

    text: str
    holds: int
    number: float  # what the written digits come to, not the digits behind them
    used: list[tuple[str, tuple[int, ...]]]

    def within(self, least: int) -> str:
        """In brackets where it holds together less tightly than `least`."""
        return self.text if self.holds >= least else f"({self.text})"

    @property
    def after_plus(self) -> str:
        """In brackets where it begins with a minus."""
        return f"({self.text})" if self.text.startswith("−") else self.text


@dataclass(frozen=True)
class Step:
    """One line, what it computed and from what."""

    code: str
    name: str
    value: np.ndarray
    before: dict[str, np.ndarray]  # all names as they were when the line ran
    functions: dict
    formula: str = ""
    sheet: str = ""  # the same in the symbols of the cheat sheet
    phase: str = ""

    @property
    def operands(self) -> list[str]:
        """The arrays that the line reads, in the order in which it names them."""
        read = [node for node in ast.walk(self._right) if isinstance(node, ast.Name)]
        names = dict.fromkeys(node.id for node in sorted(read, key=lambda node: node.col_offset))
        return [name for name in names if np.ndim(self.before.get(name, 0))]

    def explain(self, index: tuple[int, ...]) -> str:
        """How the number at `index` came about, in numbers: "1 · 3 + 2 · (−4) = −5"."""
        with np.errstate(all="ignore"):
            part, result = self._expand(self._right, index), written(self.value[index])
        return f"{part.text} {'=' if written(part.number) == result else '≈'} {result}"

    def used(self, index: tuple[int, ...]) -> list[tuple[str, tuple[int, ...]]]:
        """The numbers that went into the one at `index`, as (name, index)."""
        with np.errstate(all="ignore"):
            return self._expand(self._right, index).used

    @cached_property
    def _right(self) -> ast.expr:
        return ast.parse(self.code).body[0].value

    @cached_property
    def _values(self) -> dict:
        return {}

    def _of(self, node: ast.expr):
        """The value of a part of the line."""
        if node not in self._values:
            self._values[node] = _run(node, self.functions, self.before)
        return self._values[node]

    def _expand(self, node: ast.expr, index: tuple[int, ...]) -> Part:
        """The number of `node` that goes into the one at `index`, which may lie in a larger array."""
        match node:
            case ast.Constant(value=int() | float() as value):
                return _number(value, [])
            case ast.Name() if node.id in self.before:
                value = self.before[node.id]
                at = _aligned(index, value.shape)
                return _number(value[at], [(node.id, at)] if value.ndim else [])
            case ast.Attribute(attr="T"):
                return self._expand(node.value, _aligned(index, self._of(node).shape)[::-1])
            case ast.UnaryOp(op=ast.USub()):
                part = self._expand(node.operand, index)
                return Part(f"−{part.within(POWER)}", MINUS, -part.number, part.used)
            case ast.BinOp(op=ast.MatMult()):
                return self._expand_matmul(node, _aligned(index, np.shape(self._of(node))))
            case ast.BinOp(op=ast.Pow()):
                base, power = self._expand(node.left, index), self._expand(node.right, index)
                whole = isinstance(node.right, (ast.Constant, ast.UnaryOp)) and set(power.text) <= set("−0123456789")
                text = _raised(power.text) if whole else f"^{power.within(ATOM)}"
                number = np.power(base.number, power.number)
                return Part(base.within(ATOM) + text, POWER, number, base.used + power.used)
            case ast.BinOp() if type(node.op) in SIGNS:
                sign, holds, least_left, least_right = SIGNS[type(node.op)]
                a, b = self._expand(node.left, index), self._expand(node.right, index)
                right = b.after_plus if isinstance(node.op, ast.Add) else b.within(least_right)
                number = RESULTS[type(node.op)](a.number, b.number)
                return Part(f"{a.within(least_left)}{sign}{right}", holds, number, a.used + b.used)
            case ast.Call(func=ast.Attribute(attr="sum" | "mean")) if isinstance(self._of(node.func.value), np.ndarray):
                return self._expand_sum(node, _aligned(index, np.shape(self._of(node))))
            case ast.Call(args=[argument], keywords=[]):
                return self._expand_function(node, argument, index)
        raise _beyond(node)

    def _expand_matmul(self, node: ast.BinOp, index: tuple[int, ...]) -> Part:
        """A row times a column: one product for each pair of numbers. A vector has no row, or no column, of its own."""
        left, right = np.ndim(self._of(node.left)), np.ndim(self._of(node.right))
        *rows, column = (*index, None) if right == 1 else index
        pairs = []
        for j in range(np.shape(self._of(node.left))[-1]):
            a = self._expand(node.left, (*rows, j) if left > 1 else (j,))
            batch = rows[:-1] if left > 1 else rows
            b = self._expand(node.right, (j,) if right == 1 else (*batch, j, column))
            text = f"{a.within(PRODUCT)} · {b.within(PRODUCT)}"
            pairs.append(Part(text, PRODUCT, a.number * b.number, a.used + b.used))
        return _added(pairs)

    def _expand_sum(self, call: ast.Call, index: tuple[int, ...]) -> Part:
        """A sum or a mean over all numbers, or along some axes: one term for each."""
        shape = self._of(call.func.value).shape
        options = dict(zip(("axis",), call.args, strict=False)) | {k.arg: k.value for k in call.keywords}
        if options.keys() - {"axis", "keepdims"} or len(call.args) > 1:
            raise _beyond(call)
        axis, keepdims = (self._of(options[k]) if k in options else None for k in ("axis", "keepdims"))
        over = range(len(shape)) if axis is None else [int(a) % len(shape) for a in np.atleast_1d(axis)]
        left = [d for d in range(len(shape)) if d not in over]
        kept = dict(zip(left, [index[d] for d in left] if keepdims else index, strict=True))
        ways = [[kept[d]] if d in kept else range(size) for d, size in enumerate(shape)]
        terms = [self._expand(call.func.value, place) for place in itertools.product(*ways)]
        total, count = _added(terms), len(terms)
        if call.func.attr == "sum":
            return total
        return Part(f"{total.within(PRODUCT)} / {count}", QUOTIENT, total.number / count, total.used)

    def _expand_function(self, call: ast.Call, argument: ast.expr, index: tuple[int, ...]) -> Part:
        """f(x), where f takes each number by itself."""
        f, x, y = self._of(call.func), np.asarray(self._of(argument)), np.asarray(self._of(call))
        at = _aligned(index, y.shape)
        if x.shape != y.shape or not np.isclose(f(x[at]), y[at], equal_nan=True):
            raise _beyond(call)  # such as a softmax: its numbers depend on one another
        name = call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id
        part = self._expand(argument, index)
        return Part(f"{NAMES.get(name, name)}({part.text})", ATOM, float(f(np.asarray(part.number))), part.used)


class Recorder:
    """Names and their values, and the steps that made them. `functions` are what the lines may call."""

    def __init__(self, functions: dict | None = None, **inputs):
        self.functions = functions or {}
        self.names = {name: np.array(value, dtype=float) for name, value in inputs.items()}  # copies
        self.steps: list[Step] = []

    def run(self, code: str, formula: str = "", sheet: str = "", phase: str = "") -> Step:
        """Runs the line `name = expression` and records it."""
        match ast.parse(code).body:
            case [ast.Assign(targets=[ast.Name(id=name)], value=right)]:
                value = np.array(_run(right, self.functions, self.names), dtype=float)
            case _:
                raise wrong("code", "be one line that assigns one name", repr(code), "name = expression")
        step = Step(code, name, value, dict(self.names), self.functions, formula, sheet, phase)
        self.names[name] = value
        self.steps.append(step)
        return step


def written(value) -> str:
    """Three significant digits, with a minus sign; small and large numbers as 6.5·10⁻⁵; nothing for NaN."""
    if np.isnan(value):
        return ""
    digits, _, power = _digits(value).replace("inf", "∞").partition("e")
    return digits.replace("-", "−") + (f"·10{_raised(str(int(power)))}" if power else "")


def _digits(value) -> str:
    """The same as Python writes it."""
    value = float(value) + 0.0  # so that −0 becomes 0
    size = abs(value)
    if 0 < size < 1e-3 or 1e6 <= size < np.inf:
        return f"{value:.1e}"
    return f"{value:.0f}" if size >= 999.5 else f"{value:.3g}"


def _raised(whole: str) -> str:
    """A whole number as an exponent."""
    return "".join("⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".index(digit)] for digit in whole.replace("−", "-"))


def _number(value, used: list) -> Part:
    """A number as it is written; 6.5·10⁻⁵ is a product."""
    text = written(value)
    holds = MINUS if text.startswith("−") else PRODUCT if "·" in text else ATOM
    return Part(text, holds, np.float64(_digits(value)), used)


def _added(terms: list[Part]) -> Part:
    """The sum of these terms."""
    if len(terms) == 1:
        return terms[0]
    text = " + ".join(term.after_plus if i else term.text for i, term in enumerate(terms)) or "0"
    return Part(text, SUM, np.sum([term.number for term in terms]), [u for term in terms for u in term.used])


def _run(node: ast.expr, functions: dict, names: dict):
    return eval(compile(ast.Expression(node), "<step>", "eval"), dict(functions), dict(names))


def _aligned(index: tuple[int, ...], shape: tuple[int, ...]) -> tuple[int, ...]:
    """The index into an operand of this shape whose number is broadcast to `index` of the result."""
    last = index[len(index) - len(shape) :]
    return tuple(0 if size == 1 else i for i, size in zip(last, shape, strict=True))


def _beyond(node: ast.expr) -> ValueError:
    need = "names, numbers, + − * / @ **, .T, .sum and .mean over axes, f(x) of each number by itself"
    return wrong("code", "be made of what a step can explain", ast.unparse(node), need)
