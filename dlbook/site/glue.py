"""The mark after a formula stays with it: between the two a browser breaks a line, as beside a picture."""

import re

from docutils import nodes
from sphinx.transforms import SphinxTransform

SHORT = 30  # characters of LaTeX: a longer formula may break between its parts, as words do
MARKS = re.compile(r"[.,;:!?)\]%’”-]+")  # what must not begin a line


class Glued(SphinxTransform):
    """Puts an inline formula and the marks right behind it into one `<span class="glued">`, a box of its own."""

    default_priority = 830

    def apply(self, **kwargs) -> None:
        for formula in list(self.document.findall(nodes.math)):
            parent, place = formula.parent, formula.parent.index(formula)
            after = next(iter(parent[place + 1 :]), None)
            marks = isinstance(after, nodes.Text) and MARKS.match(after)
            if marks and len(formula.astext()) < SHORT:
                glued = nodes.inline("", "", formula, nodes.Text(marks[0]), classes=["glued"])
                parent[place : place + 2] = [glued, nodes.Text(after[marks.end() :])]
