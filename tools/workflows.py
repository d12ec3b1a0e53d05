"""What the workflow files run, tried here as far as that goes without their host.

    python tools/workflows.py             # every `run:` step: its shell is parsed, its make targets and files are there
    python tools/workflows.py release     # run that file's steps, one after the other, as the host would

A step that asks the host itself (its environment holds a token) is named, and not run.
"""

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".github" / "workflows"
SHELL = ("bash", "--noprofile", "--norc", "-eo", "pipefail")  # as the host starts it
MADE = ("_build/", "dist/")  # what a step makes for the next one


@dataclass(frozen=True)
class Step:
    workflow: str
    run: str
    env: dict

    @property
    def asks_the_host(self) -> bool:
        return any("secrets." in str(value) or "github.token" in str(value) for value in self.env.values())


def steps() -> list[Step]:
    found = []
    for file in sorted(FOLDER.glob("*.yml")):
        for job in yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"].values():
            found += [Step(file.stem, step["run"], step.get("env", {})) for step in job["steps"] if "run" in step]
    return found


def complaints(step: Step) -> list[str]:
    """What is wrong with a step, in words."""
    if "${{" in step.run:
        return ["an expression of the host stands in the script: hand it over in `env`"]
    parsed = subprocess.run(["bash", "-n"], input=step.run, capture_output=True, text=True)
    if parsed.returncode:
        return [parsed.stderr.strip()]
    targets = [line.split()[1] for line in step.run.splitlines() if line.startswith("make ")]
    wrong = [f"make has no target {target!r}" for target in targets if target not in made()]
    words = shlex.split(step.run, comments=True)
    files = [word for word in words if re.fullmatch(r"[\w.-]+(/[\w.-]+)+", word) and not word.startswith(MADE)]
    return wrong + [f"there is no file {name!r}" for name in files if not (ROOT / name).exists()]


def made() -> set[str]:
    """The targets that the Makefile names."""
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))


def run(step: Step) -> int:
    """The step's script. Where packages come from is this machine's own matter: no PIP_ARGS."""
    env = os.environ | {key: str(value) for key, value in step.env.items() if key != "PIP_ARGS"}
    return subprocess.run([*SHELL, "-c", step.run], cwd=ROOT, env=env).returncode


def main(names: list[str]) -> int:
    failed = 0
    for step in steps():
        if names and step.workflow not in names:
            continue
        wrong = complaints(step)
        runs = bool(names) and not step.asks_the_host
        does = "run" if runs else "parsed, its targets and files found" + ", asks the host" * step.asks_the_host
        print(f"{step.workflow}: {step.run.strip()!r}: {'; '.join(wrong) or does}", flush=True)
        failed += bool(wrong) or (runs and run(step) != 0)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
