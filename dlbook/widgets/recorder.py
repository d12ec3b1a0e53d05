"""Run a computation one line at a time and remember every number: what the step-through explorers show.

    >>> import numpy as np
    >>> tape = Recorder(A=np.array([[1.0, 2.0]]), W=np.array([[3.0, -4.0]]))
    >>> step = tape.run("Z = A @ W.T", formula="Z = A Wᵀ")
    >>> step.value, step.explain((0, 0))
    (array([[-5.]]), '1 · 3 + 2 · (−4) = −5')

The line that is shown is the line that ran, and its explanation is read off the line itself.
"""

import ast
from dataclasses import dataclass

import numpy as np

from dlbook._validate import wrong

NAMES = {"sigmoid": "σ", "sigmoid_grad": "σ′", "sqrt": "√"}  # how a function is written in an explanation
SIGNS = {ast.Add: " + ", ast.Sub: " − ", ast.Mult: " · ", ast.Div: " / "}


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
        text, _ = self._expand(self._right, index)
        return f"{text} = {written(self.value[index])}"

    def used(self, index: tuple[int, ...]) -> list[tuple[str, tuple[int, ...]]]:
        """The numbers that went into the one at `index`, as (name, index)."""
        return self._expand(self._right, index)[1]

    @property
    def _right(self) -> ast.expr:
        return ast.parse(self.code).body[0].value

    def _of(self, node: ast.expr):
        """The value of a part of the line."""
        return eval(compile(ast.Expression(node), "<step>", "eval"), dict(self.functions), dict(self.before))

    def _expand(self, node: ast.expr, index: tuple[int, ...]) -> tuple[str, list]:
        """The number of `node` at `index` as text, and the numbers it is made of."""
        match node:
            case ast.Constant():
                return written(node.value), []
            case ast.Name():
                value = np.asarray(self.before[node.id])
                at = _aligned(index, value.shape)
                return written(value[at]), [(node.id, at)] if value.ndim else []
            case ast.Attribute(attr="T"):
                return self._expand(node.value, _aligned(index, self._of(node).shape)[::-1])
            case ast.UnaryOp(op=ast.USub()):
                text, used = self._expand(node.operand, index)
                return f"−{_bracketed(node.operand, text)}", used
            case ast.BinOp(op=ast.MatMult()):
                *rows, column = index
                count = self._of(node.left).shape[-1]
                pairs = [
                    (self._expand(node.left, (*rows, j)), self._expand(node.right, (j, column))) for j in range(count)
                ]
                terms = [f"{_factor(a)} · {_factor(b)}" for (a, _), (b, _) in pairs]
                return " + ".join(terms), [u for pair in pairs for _, used in pair for u in used]
            case ast.BinOp(op=ast.Pow()):
                text, used = self._expand(node.left, _aligned(index, np.shape(self._of(node.left))))
                return f"{_bracketed(node.left, text)}{'⁰¹²³⁴⁵⁶⁷⁸⁹'[node.right.value]}", used
            case ast.BinOp():
                sides = [
                    self._expand(side, _aligned(index, np.shape(self._of(side)))) for side in (node.left, node.right)
                ]
                (a, left), (b, right) = sides
                tight = isinstance(node.op, (ast.Mult, ast.Div))
                a = _bracketed(node.left, a) if tight else a
                quotient = isinstance(node.op, ast.Div) and " · " in b
                b = f"({b})" if quotient else _bracketed(node.right, b) if SIGNS[type(node.op)] != " + " else _factor(b)
                return f"{a}{SIGNS[type(node.op)]}{b}", left + right
            case ast.Call(func=ast.Attribute(attr=("sum" | "mean") as what)):
                return self._expand_sum(node, index, what)
            case ast.Call(args=[argument]):
                text, used = self._expand(argument, index)
                name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
                return f"{NAMES.get(name, name)}({text})", used
        raise wrong(
            "code",
            "be made of what a step can explain",
            ast.unparse(node),
            "names, + − * / @ **, .T, .sum, .mean, f(x)",
        )

    def _expand_sum(self, call: ast.Call, index: tuple[int, ...], what: str) -> tuple[str, list]:
        """A sum over all numbers, or along one axis: one term for each."""
        shape = self._of(call.func.value).shape
        axis = next((k.value.value for k in call.keywords if k.arg == "axis"), None)
        if axis is None:
            places = list(np.ndindex(shape))
        else:
            kept = _aligned(index, tuple(np.delete(shape, axis)))
            places = [(*kept[:axis], i, *kept[axis:]) for i in range(shape[axis])]
        terms = [self._expand(call.func.value, place) for place in places]
        text = " + ".join(_factor(t) if i or len(terms) == 1 else t for i, (t, _) in enumerate(terms))
        used = [u for _, used in terms for u in used]
        return (f"({text}) / {len(terms)}" if what == "mean" else text), used


class Recorder:
    """Names and their values, and the steps that made them. `functions` are what the lines may call."""

    def __init__(self, functions: dict | None = None, **inputs):
        self.functions = functions or {}
        self.names = {name: np.asarray(value, dtype=float) for name, value in inputs.items()}
        self.steps: list[Step] = []

    def run(self, code: str, formula: str = "", sheet: str = "", phase: str = "") -> Step:
        """Runs the line `name = expression` and records it."""
        line = ast.parse(code).body
        if len(line) != 1 or not isinstance(line[0], ast.Assign) or not isinstance(line[0].targets[0], ast.Name):
            raise wrong("code", "be one line that assigns one name", repr(code), "name = expression")
        before, name = dict(self.names), line[0].targets[0].id
        value = np.asarray(eval(compile(ast.Expression(line[0].value), "<step>", "eval"), dict(self.functions), before))
        self.names[name] = value
        self.steps.append(Step(code, name, value, before, self.functions, formula, sheet, phase))
        return self.steps[-1]


def _aligned(index: tuple[int, ...], shape: tuple[int, ...]) -> tuple[int, ...]:
    """The index into an operand of this shape whose number is broadcast to `index` of the result."""
    last = index[len(index) - len(shape) :]
    return tuple(0 if size == 1 else i for i, size in zip(last, shape, strict=True))


def written(value) -> str:
    """Three significant digits, with a minus sign; small numbers as 6.5·10⁻⁵; nothing for NaN."""
    value = float(value)
    if np.isnan(value):
        return ""
    if value and abs(value) < 1e-3:
        digits, power = f"{value:.1e}".split("e")
        return f"{digits}·10⁻{''.join('⁰¹²³⁴⁵⁶⁷⁸⁹'[int(d)] for d in str(-int(power)))}".replace("-", "−")
    return f"{value:.3g}".replace("-", "−")


def _factor(text: str) -> str:
    """A negative number within a sum or product stands in brackets."""
    return f"({text})" if text.startswith("−") else text


def _bracketed(node: ast.expr, text: str) -> str:
    """A part that is itself a sum, or negative, stands in brackets."""
    compound = (isinstance(node, ast.BinOp) and not isinstance(node.op, (ast.Mult, ast.Pow))) or (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "sum"
    )
    return f"({text})" if compound else _factor(text)
