"""The commands and what each takes."""

import argparse
import os
import sys
from pathlib import Path

import dlbook
from dlbook.cli import UNUSABLE, Unusable, grade, lab, practise, serve


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="dlbook", description=dlbook.__doc__.splitlines()[0])
    top.add_argument("--version", action="version", version=f"dlbook {dlbook.__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    command = add(commands, "lab", lab.run, "copy the chapters into a folder of yours and open JupyterLab there")
    command.add_argument("chapter", nargs="?", help="the one to open: 4, gradient_descent or 04_gradient_descent")
    command.add_argument(
        "folder", nargs="?", type=Path, default=Path("dlbook-chapters"), help="yours; else %(default)s"
    )
    command.add_argument("--only-copy", action="store_true", help="start nothing: for another editor of notebooks")
    command.add_argument("--no-browser", action="store_true", help="say the address instead of opening it")

    command = add(commands, "serve", serve.run, "serve a built book on this machine, compressed as a host would")
    command.add_argument("book", nargs="?", type=Path, help="its folder or zip; else what `make book` has built")
    command.add_argument("--port", type=port, default=8000, help="else %(default)s; 0 takes a free one")
    command.add_argument("--open", action="store_true", help="open it in the browser")

    ends = "Ends with 0 if the answer is right, 1 if not (yet), 2 if there was nothing to check."
    command = add(commands, "check", practise.check, "check your answer to an exercise", ends)
    command.add_argument("exercise", help="its id, such as metrics.spare_the_healthy")
    command.add_argument("answer", help="a Python file with your function, or your number or letter")
    command.add_argument("--hint", action="store_true", help="say the next hint if the answer is wrong")

    command = add(commands, "exercises", practise.exercises, "what there is to solve, and what you have solved")
    command.add_argument("which", nargs="?", metavar="WHICH", help="a chapter, or the exercise to show")

    command = add(
        commands, "grade", grade.run, "grade a folder of what students handed in, each in a process of its own"
    )
    command.add_argument("folder", type=Path, help="one notebook, .py file, saved work or folder a student")
    command.add_argument("--csv", type=Path, help="where the results go; else they are printed")
    command.add_argument("--chapter", action="append", default=[], help="ask for all of its exercises, too")
    command.add_argument("--seconds", type=int, default=20, help="of the processor, for one exercise; else %(default)s")
    return top


def add(commands, name: str, run, says: str, ends: str = "") -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=says, description=f"{says[0].upper()}{says[1:]}.", epilog=ends)
    command.set_defaults(run=run)
    return command


def port(given: str) -> int:
    if not given.isdecimal() or int(given) > 65535:
        raise argparse.ArgumentTypeError(f"a port is a whole number up to 65535: got {given!r}")
    return int(given)


def main(arguments: list[str] | None = None) -> int:
    args = parser().parse_args(arguments)
    try:
        code = args.run(args)
        sys.stdout.flush()
        return code
    except Unusable as why:
        print(f"dlbook: {why}", file=sys.stderr)
    except BrokenPipeError:  # `dlbook exercises | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as why:  # a folder that cannot be written, a full disk
        print(f"dlbook: {why.filename or 'the answer'}: {why.strerror}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\ndlbook: stopped", file=sys.stderr)
    return UNUSABLE


if __name__ == "__main__":
    sys.exit(main())
