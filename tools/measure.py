"""Measure anew what takes longer than a chapter's minute: every table whose code, settings or seeds have changed.

python tools/measure.py            # measures what is out of date, and writes dlbook/data/measured/<slug>.toml
python tools/measure.py --all      # measures everything
python tools/measure.py --check    # only says what is out of date
"""

import argparse
import ast
import hashlib
import importlib
import pkgutil
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from dlbook import experiments, sources  # noqa: E402
from dlbook.experiments import measured  # noqa: E402

HEAD = "# Made by `make measure`. A list holds a number for each seed; digest: of the code that gave them.\n"


def marked() -> list[Callable]:
    """All experiments that have a table."""
    names = [found.name for found in pkgutil.walk_packages(experiments.__path__, "dlbook.experiments.")]
    functions = [f for name in names for f in vars(importlib.import_module(name)).values() if hasattr(f, "rows")]
    return sorted({f for f in functions if callable(f)}, key=lambda f: (f.__module__, f.__name__))


def digest(run: str) -> str:
    """Of the code that an experiment needs, "experiments.toy.run"; not of comments and docstrings."""
    lines = [line for name, text in sorted(needed(run).items()) for line in (name, *code(text))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def needed(name: str) -> dict[str, str]:
    """Every definition of the book that this one uses, and those that they use in turn: {name: its code}.

    What a file does at its top besides defining belongs to each of its definitions. Where a module is taken as a value,
    or a name is looked up as the program runs, everything in that module may be meant.
    """
    if sources.place(name) is None:
        raise ValueError(f"name must be that of an experiment: got {name!r}, need experiments.<module>.<function>")
    found, waiting = {}, [name]
    while waiting:
        name = waiting.pop()
        if at := sources.place(name):
            module, name = sources.module(at[0]), ".".join(at)
            if name not in found:
                found[name] = "\n".join([module.code(at[1]), *map(module.text, module.loose)])
                for node in (module.definitions[at[1]], *module.loose):
                    waiting += uses(node, module)
        elif (module := sources.module(name)) and name not in found:
            found[name] = ""
            waiting += module.names.values()
    return found


def uses(tree: ast.AST, module: sources.Module) -> set[str]:
    """What a piece of code may use of the book; a variable of the same name hides nothing."""
    stands = {id(node): name for node in ast.walk(tree) if (name := sources.dotted(node, module.names))}
    found = {name for name in stands.values() if sources.place(name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (
            sources.place(name := stands.get(id(node), "")) or sources.module(name)
        ):
            stands.pop(id(node.value), None)  # of this module only the attribute is meant
        elif isinstance(node, ast.Name) and node.id == "globals":
            found.add(module.name)
    return found | {name for name in stands.values() if sources.module(name)}


def code(source: str) -> list[str]:
    """The lines of a source that are neither empty, nor a comment, nor a docstring."""
    told = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            told.update(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    lines = [(number, line.strip()) for number, line in enumerate(source.splitlines(), 1)]
    return [line for number, line in lines if line and not line.startswith("#") and number not in told]


def name_of(run: Callable) -> str:
    """Its name in the book: "experiments.optimizers.digits.learned"."""
    return f"{run.__module__.removeprefix('dlbook.')}.{run.__name__}"


def out_of_date(run: Callable, kept: dict) -> str:
    """Why a stored table is not that of the experiment, in words; "" if it is."""
    if not measured.matches(run, kept):
        return f"{run.__module__}.{run.__name__} has no table of its settings and seeds"
    if kept["digest"] != digest(name_of(run)):
        return f"{run.__module__}.{run.__name__} was measured with other code than there is now"
    return ""


def measure(run: Callable) -> dict:
    """Every row with every seed, on all processors."""
    before = digest(name_of(run))  # a file may change while this takes its time
    with ProcessPoolExecutor() as pool:
        jobs = [[pool.submit(run, seed=seed, **row) for seed in run.seeds] for row in run.rows]
        rows = [row | _lists([job.result() for job in jobs]) for row, jobs in zip(run.rows, jobs, strict=True)]
    return {"seeds": run.seeds, "digest": before, "rows": rows}


def _lists(found: list[dict[str, float]]) -> dict[str, list[float]]:
    """{name: [a number for each seed]}."""
    return {name: [round(float(numbers[name]), 6) for numbers in found] for name in found[0]}


def write(run: Callable, kept: dict) -> None:
    """The table into the file of its chapter, beside the others that lie there."""
    path = measured.file(run)
    tables = (measured.tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}) | {run.__name__: kept}
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEAD + "".join(toml(name, tables[name]) for name in sorted(tables)), encoding="utf-8")


def toml(name: str, table: dict) -> str:
    """A table as text, a row a line."""
    rows = "".join(f"  {{ {', '.join(f'{k} = {_value(v)}' for k, v in row.items())} }},\n" for row in table["rows"])
    return f'\n[{name}]\nseeds = {table["seeds"]}\ndigest = "{table["digest"]}"\nrows = [\n{rows}]\n'


def _value(value) -> str:
    return str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="measure also what is up to date")
    parser.add_argument("--check", action="store_true", help="only say what is out of date")
    options = parser.parse_args()
    late = {run: why for run in marked() if (why := out_of_date(run, measured.stored(run)))}
    if options.check:
        sys.exit("\n".join([*late.values(), "`make measure` measures this anew."]) if late else 0)
    for run in marked() if options.all else late:
        print(f"measuring {run.__module__}.{run.__name__}: {len(run.rows) * len(run.seeds)} runs", flush=True)
        write(run, measure(run))


if __name__ == "__main__":
    main()
