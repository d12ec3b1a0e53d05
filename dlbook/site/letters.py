"""The letters of a formula, and the rows of the notation that explain them in a chapter."""

import re
from functools import cache

from dlbook import concepts

LAST = max(chapter.number for chapter in concepts.chapters())
PARTS = {"part I": range(1, 14), "part II": range(14, 20), "part III": range(20, LAST + 1)}
FEW = 4  # a row for fewer chapters goes before one for many


@cache
def chapters(where: str) -> set[int]:
    """The chapters that a row names: "everywhere but chapters 03 and 06", "from chapter 20", "part II", "01 to 05"."""
    first, *left_out = where.split(" but ")
    found = set()
    for part in re.split(r"[,;] ?| and ", re.sub(r"chapters? ", "", first)):
        if part == "everywhere":
            found |= set(range(1, LAST + 1))
        elif part in PARTS:
            found |= set(PARTS[part])
        elif part.startswith("from "):
            found |= set(range(int(part[5:]), LAST + 1))
        else:
            begin, _, end = part.partition(" to ")
            found |= set(range(int(begin), int(end or begin) + 1))
    return found - chapters(left_out[0]) if left_out else found


WORDS = r"\\(?:text|mathrm|operatorname\*?)\s*\{[^{}]*\}"  # names: softmax, TP as words, units
DECORATED = r"\\(?:hat|tilde|bar|mathcal|mathbb|mathbf)\s*(?:\{\s*(?:\\[a-zA-Z]+|\w)\s*\}|\\[a-zA-Z]+|\w)"
GREEK = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi varphi chi psi"
    " omega Gamma Delta Theta Lambda Sigma Phi Psi Omega"
).split()
LETTERS = rf"{DECORATED}|\\(?:{'|'.join(GREEK)})(?![a-zA-Z])|TP|FP|TN|FN|(?<![\\a-zA-Z])[a-zA-Z](?![a-zA-Z])|[a-zA-Z]"
MEAN = r"^\\(?:bar|hat)"  # a bar marks a mean, and a hat an estimate, of anything


def letters(latex: str) -> set[str]:
    """The letters of a formula with what stands upon them; names of functions and words are none."""
    latex = re.sub(rf"{WORDS}|\^T\b|\^\{{T\}}", " ", latex)  # Aᵀ is the transpose
    latex = re.sub(r"\\(?:begin|end)\{[^{}]*\}(?:\{[^{}]*\})?", " ", latex)
    found = re.findall(rf"({LETTERS})|\\[a-zA-Z]+", latex)
    return {re.sub(r"[{}\s]", "", letter) for letter in found if letter}


# ── Which row explains which letter ──────────────────────────────────────────────────────────────────────────────────

BRACED = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
SCRIPT = rf"[_^]\s*(?:\\(?:text|mathrm|mathcal|mathbf)\s*{BRACED}|{BRACED}|\\[a-zA-Z]+|\w|[*+-])"
ATOM = rf"(?P<letter>{LETTERS})(?P<scripts>(?:'*\s*{SCRIPT})*'*)"
SIGNS = r"\\(?:odot|lVert|nabla)(?![a-zA-Z])|\[(?=[^\[\]]*(?:[=<>]|\\ge|\\le)[^\[\]]*\])"  # explained besides letters
PRODUCT = r"[a-zA-Z] (?:\\cdot )?[a-zA-Z]"  # the notation has a row for it, but it is no symbol


def atoms(latex: str) -> list[tuple[str, str]]:
    """Each letter and sign of a formula in its order with what stands below and above it: ("\\lambda", "_{\\max}")."""
    latex = re.sub(r"\\(?:begin|end)\{[^{}]*\}(?:\{[^{}]*\})?", " ", latex)
    latex = re.sub(r"\^T\b|\^\{T\}", " ", latex)
    found = []
    for match in re.finditer(rf"{WORDS}|(?P<sign>{SIGNS})|{ATOM}|\\[a-zA-Z]+", latex):
        if match["sign"]:
            found.append((match["sign"], ""))
        elif match["letter"]:
            found.append((bare(match["letter"]), bare(match["scripts"].replace("'", r"^\prime"))))
            found += atoms(match["scripts"].replace("_", " ").replace("^", " "))
    return list(dict.fromkeys(found))


def bare(latex: str) -> str:
    return re.sub(r"[{}\s]", "", latex)


@cache
def heads(symbol: str) -> tuple[tuple[str, str], ...]:
    """The symbols that a row explains, each as letter and scripts: of x_i, X these are x with its index, and X."""
    inside = (
        "P" if symbol.startswith("P(") else re.sub(r"(?<=[\w}])\([^)]*\)", "", symbol)
    )  # not what f is a function of
    found, depth, part = [], 0, ""
    for piece in [*re.findall(r"\\[a-zA-Z]+|\\.|.", inside), ","]:
        depth += {"{": 1, "}": -1}.get(piece, 0)
        if depth == 0 and piece in ",;":
            found += [] if re.fullmatch(PRODUCT, part) else atoms(part)[:1]
            part = ""
        else:
            part += "" if piece in ("\\ ", "\\allowbreak") else piece
    return tuple(found)


def rows(latex: str, chapter: int) -> list[int]:
    """The places in `concepts.symbols()` of the rows that explain a formula of a chapter, in the formula's order."""
    found, below = [], set()
    for letter, scripts in atoms(latex):
        if letter in below and not scripts:
            continue
        here, whole = explained(letter, scripts, chapter)
        if whole:  # the row speaks of what stands below the letter, too
            below |= letters(scripts)
        found += here
    return list(dict.fromkeys(found))


@cache
def explained(letter: str, scripts: str, chapter: int) -> tuple[tuple[int, ...], bool]:
    """The rows for one letter, and whether one of them is for it with these very scripts.

    A row for the letter with its scripts goes before all others, a row for few chapters before one for many.
    What a row says of one thing alone ("of attention: …") is told beside what holds for the whole chapter.
    """
    like = {}
    for place, symbol in enumerate(concepts.symbols()):
        if chapter in chapters(symbol.where):
            like[place] = max((likeness(head, letter, scripts) for head in heads(symbol.symbol)), default=0)
    best = max(like.values(), default=0)
    if not best:
        base = re.sub(MEAN, "", letter)
        return explained(base, scripts, chapter) if base not in (letter, "") else ((), False)
    found = [place for place, likes in like.items() if likes >= min(best, 2)]
    few = [place for place in found if len(chapters(concepts.symbols()[place].where)) < FEW]
    if few:
        whole = [place for place in few if not special(place)]
        found = few if whole else few + [place for place in found if place not in few and not special(place)]
    exact = [place for place in found if like[place] == 3]
    if exact and scripts:
        return tuple(exact), True
    return tuple([place for place in found if special(place) or place in exact or not exact]), False


def special(place: int) -> bool:
    """Whether a row speaks of one thing of its chapters only: "of an LSTM: …"."""
    return bool(re.match("of [^:;]*: ", concepts.symbols()[place].meaning))


def likeness(head: tuple[str, str], letter: str, scripts: str) -> int:
    """3: the same with its scripts; 2: the same letter, whose scripts only count; 1: the letter, otherwise marked."""
    if head[0] != letter:
        return 0
    if head[1] == scripts:
        return 3
    return 2 if re.fullmatch(r"(?:_[a-z](?:[,\\]*[a-z])?)?", head[1]) else 1
