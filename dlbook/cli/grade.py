"""`dlbook grade`: what a class handed in, as a table."""

import sys

from dlbook.cli import Unusable, chapter_named


def run(args) -> int:
    if not args.folder.is_dir():
        raise Unusable(f"{args.folder} is no folder: name the one with what was handed in.")
    slugs = [chapter_named(name).slug for name in args.chapter]
    from dlbook.teach import grade  # NumPy, which other commands do without

    rows = list(grade.grade(args.folder, slugs, args.seconds))
    if args.csv is None:
        grade.write(rows, sys.stdout)
        return 0
    with args.csv.open("w", newline="", encoding="utf-8-sig") as file:  # with the mark that spreadsheets ask for
        grade.write(rows, file)
    students, right = {row.student for row in rows}, sum(row.right == "yes" for row in rows)
    print(f"{len(students)} students, {len(rows)} answers, {right} right: {args.csv}")
    return 0
