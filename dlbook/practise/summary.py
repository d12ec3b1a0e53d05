"""How far the reader has come, chapter by chapter: a table in a notebook, text in a terminal."""

import html

from dlbook.page import page_style
from dlbook.practise import progress, repeat


class Summary:
    """Of each chapter how many exercises are solved, and which comes next; `exercises` are theirs by the title."""

    def __init__(self, exercises: dict[str, tuple]):
        self.exercises, self.entries, self.path = exercises, progress.load(), progress.where()

    def rows(self) -> list[tuple[str, int, int, list]]:
        """(chapter title, solved, all, open exercises) for each chapter that has exercises."""
        rows = []
        for title, every in self.exercises.items():
            still = [e for e in every if not self.entries.get(e.id, progress.EMPTY).get("right")]
            rows.append((title, len(every) - len(still), len(every), still))
        return rows

    def to_repeat(self) -> list:
        """The exercises that were missed and are due today, in the book's order."""
        day = repeat.today()
        return [e for every in self.exercises.values() for e in every if repeat.due(self.entries.get(e.id, {}), day)]

    def _repeat(self) -> str:
        titles = "; ".join(f"{e.title} ({e.id})" for e in self.to_repeat())
        return f"To repeat today: {titles}." if titles else "Nothing to repeat today."

    def __repr__(self) -> str:
        lines, rows = [], self.rows()
        width = max(len(title) for title, *_ in rows)
        for title, solved, count, still in rows:
            following = f"  next: {still[0].title}" if still else "  all done"
            lines.append(f"{title:{width}} {solved:2} of {count:2}{following}")
        return "\n".join([*lines, self._repeat(), *([f"kept in {self.path}"] if self.path else [])])

    def _repr_html_(self) -> str:
        body = ""
        for title, solved, count, still in self.rows():
            following = html.escape(still[0].title) if still else "all done"
            bar = f'<progress max="{count}" value="{solved}" aria-label="{html.escape(title)}"></progress>'
            body += (
                f'<tr><th scope="row">{html.escape(title)}</th><td>{bar}</td>'
                f"<td>{solved} of {count}</td><td>{following}</td></tr>"
            )
        head = "".join(f'<th scope="col">{name}</th>' for name in ("chapter", "progress", "solved", "next"))
        kept = f"<caption>Kept in <code>{html.escape(self.path)}</code></caption>" if self.path else ""
        foot = f'<tr><td colspan="4">{html.escape(self._repeat())}</td></tr>'
        return f'{page_style()}<table class="dlbook-progress">{kept}<tr>{head}</tr>{body}{foot}</table>'
