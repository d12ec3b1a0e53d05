"""How a chapter reads: `python tools/language.py _build/html/chapters/10_optimizers.html` prints its figures.

Counted are the paragraphs and list items of the chapter's own text: not captions, tables, exercises, explorers, code,
outputs, folds or notes of the shell. A formula in a line is one word; a colon before a displayed formula or a list does
not count. The share of prose is that of the words that are not folded; exercises and explorers count on neither side.
The numbers serve the reader: no good sentence is chopped for them.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup

LONG = 28  # words
ASIDE = "details, .exercise, figure.explorer, .tag_exercise, .eyebrow, .your-work, .headerlink, script, style, svg"
NO_PROSE = ".cell, .cell-note, figure, table, div.highlight, div[class*=highlight-], h1, h2, h3, h4"
FORMULA = "formula"  # the word that stands for one


@dataclass(frozen=True)
class Language:
    """What the text of one chapter measures."""

    sentences: tuple[str, ...]
    marks: int  # colons and semicolons
    unfolded: int  # words of everything that is not folded

    @property
    def lengths(self) -> list[int]:
        return [words(sentence) for sentence in self.sentences]

    @property
    def mean(self) -> float:
        return sum(self.lengths) / len(self.lengths)

    @property
    def long(self) -> float:
        """The share of sentences of more than `LONG` words."""
        return sum(length > LONG for length in self.lengths) / len(self.lengths)

    @property
    def marks_in_100(self) -> float:
        return 100 * self.marks / sum(self.lengths)

    @property
    def prose(self) -> float:
        """The share of prose among the words that are not folded."""
        return sum(self.lengths) / self.unfolded

    @property
    def longest(self) -> list[str]:
        return sorted(self.sentences, key=words, reverse=True)[:10]

    def __str__(self) -> str:
        return (
            f"{len(self.sentences)} sentences, mean {self.mean:.1f} words, {self.long:.1%} above {LONG}, "
            f"{self.marks_in_100:.2f} colons and semicolons in 100 words, "
            f"prose {self.prose:.0%} of {self.unfolded} words"
        )


def measure(html: str) -> Language:
    """The language of a built page."""
    article = BeautifulSoup(html, "html.parser").find("article")
    for formula in article.select(".katex"):
        formula.replace_with(FORMULA)
    for aside in article.select(ASIDE):
        aside.decompose()
    shown = words(article.get_text(" "))
    for other in article.select(NO_PROSE):
        other.decompose()
    texts = [text for node in article.select("p, li") if (text := own_text(node))]
    sentences = [sentence for text in texts for sentence in split(text)]
    marks = sum(len(re.findall(r"[:;](?=\s|$)", text)) for text in texts)
    return Language(tuple(sentences), marks, shown)


def own_text(node) -> str:
    """The text of a paragraph, or of a list item without the paragraphs and lists in it."""
    if node.name == "li":
        for inner in node.select("p, ul, ol"):
            inner.extract()
    text = node.get_text().strip()
    after = node.find_next_sibling()
    displays = after is not None and (after.name in ("ul", "ol") or "math" in after.get("class", []))
    return text.removesuffix(":") if displays else text


def split(text: str) -> list[str]:
    """The sentences: the notebooks hold one a line, and a full stop before a capital ends one too."""
    parts = re.split(r"\n+|(?<=[.!?])\s+(?=[A-Z0-9“(])", text)
    return [part.strip() for part in parts if words(part)]


def words(text: str) -> int:
    return len(re.findall(r"\w[\w’'.,/()^·−-]*", text))


def main() -> int:
    for path in map(Path, sys.argv[1:]):
        language = measure(path.read_text(encoding="utf-8"))
        print(f"{path.stem}: {language}")
        for sentence in language.longest:
            print(f"  {words(sentence):3}  {' '.join(sentence.split())}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
