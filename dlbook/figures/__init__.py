"""What the chapters draw: one module per chapter, and the `Figure` they all return."""

import html
import io
import re
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from dlbook._lazy import lazy_modules
from dlbook.page import page_style

# Drawn with these colours and then handed to the reader's stylesheet, which knows the light and the dark ones.
C0, C1, C2, C3, C4, C5 = "#1a4a9c", "#c2410c", "#007d63", "#7e22ce", "#9a6700", "#be185d"
FOREGROUND, MUTED, GRID = "#222222", "#666666", "#dddddd"
VARIABLES = {
    **{colour: f"--dl-c{i}" for i, colour in enumerate((C0, C1, C2, C3, C4, C5))},
    FOREGROUND: "--dl-fg",
    MUTED: "--dl-muted",
    GRID: "--dl-grid",
}
STYLE = {
    "axes.edgecolor": MUTED,
    "axes.facecolor": "none",
    "axes.axisbelow": True,  # bars hide the grid
    "axes.grid": True,
    "axes.labelcolor": FOREGROUND,
    "axes.prop_cycle": f"cycler('color', {[C0, C1, C2, C3, C4, C5]})",
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": FOREGROUND,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "figure.facecolor": "none",
    "font.family": "sans-serif",
    "font.size": 10.5,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "legend.fontsize": 10,
    "legend.frameon": False,
    "lines.linewidth": 2,
    "patch.edgecolor": "none",
    "svg.fonttype": "none",  # text stays text: it can be read aloud, searched and scaled
    "text.color": FOREGROUND,
    "xtick.color": MUTED,
    "xtick.labelcolor": FOREGROUND,
    "ytick.color": MUTED,
    "ytick.labelcolor": FOREGROUND,
}


class Figure:
    """Panels that stand side by side where there is room and below each other on a phone; SVG in the reader's colours.

    >>> figure = Figure(alt="A parabola with its minimum at zero.")
    >>> with figure.panel(xlabel="x", ylabel="x²") as ax:
    ...     _ = ax.plot([-1, 0, 1], [1, 0, 1])
    """

    def __init__(self, alt: str, caption: str = ""):
        if not alt.strip():
            raise ValueError("alt must say in words what the figure shows: got an empty text")
        self.alt, self.caption, self._svgs = alt, caption, []

    @contextmanager
    def panel(self, title="", xlabel="", ylabel="", width=4.4, height=3.1, **axes):
        """The matplotlib axes of one more panel (inches); further arguments go to `Axes.set`, e.g. `xlim=(0, 1)`."""
        import matplotlib as mpl
        from matplotlib.figure import Figure as Canvas

        with mpl.rc_context(STYLE):
            canvas = Canvas(figsize=(width, height), layout="constrained")
            ax = canvas.add_subplot(title=title, xlabel=xlabel, ylabel=ylabel, **axes)
            yield ax
            if ax.get_legend_handles_labels()[0] and ax.get_legend() is None:
                ax.legend()
            self.add(canvas)

    def add(self, canvas) -> None:
        """One more panel: a matplotlib figure that is drawn already."""
        file = io.StringIO()
        canvas.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
        self._svgs.append(file.getvalue())

    def save(self, path) -> list[Path]:
        """Write each panel as an SVG file of its own (slides, handouts) and return the files."""
        path, files = Path(path), []
        for i, svg in enumerate(self._svgs):
            name = path.stem if len(self._svgs) == 1 else f"{path.stem}-{i + 1}"
            files.append(path.with_name(f"{name}.svg"))
            files[-1].write_text(svg, encoding="utf-8")
        return files

    def _repr_html_(self) -> str:
        label = html.escape(self.alt, quote=True)
        panels = "".join(_inline(svg) for svg in self._svgs)
        caption = f"<figcaption>{html.escape(self.caption)}</figcaption>" if self.caption else ""
        drawing = f'<div role="img" aria-label="{label}">{panels}</div>'
        return f'{page_style()}<figure class="dlbook-figure">{drawing}{caption}</figure>'

    def __repr__(self) -> str:
        return f"Figure: {self.alt}"


def _inline(svg: str) -> str:
    """A stand-alone SVG made fit to lie in a page: own ids, the page's colours and font, short numbers."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", svg, flags=re.S)
    width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups()
    size = f'viewBox="0 0 {width} {height}" style="max-width: {float(width) * 4 / 3:.0f}px"'  # points to pixels
    svg = re.sub(r"<svg.*?>", f'<svg {size} aria-hidden="true">', svg, count=1, flags=re.S)
    svg = re.sub(r"font-family: [^;\"]*;?", "", svg)
    svg = re.sub(r'(?<= )(d|x|y|transform)="[^"]*"', lambda attribute: _short_numbers(attribute[0]), svg)
    for colour, variable in VARIABLES.items():
        svg = svg.replace(colour, f"var({variable}, {colour})")
    svg = _light(svg)
    prefix = "f" + sha256(svg.encode()).hexdigest()[:6]
    return re.sub(r'(\bid="|url\(#|href="#)', rf"\1{prefix}-", svg)


def _light(svg: str) -> str:
    """Without what draws nothing: ids that nothing names, invisible paths, turns by 0, groups of one, white space."""
    named = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', svg))
    svg = re.sub(r' id="([^"]+)"', lambda found: found[0] if found[1] in named else "", svg)
    svg = re.sub(r'<path d="[^"]*" style="fill: none"/>| transform="rotate\(-?0 [^"]*"', "", svg)
    svg = re.sub(r">\s+<", "><", svg)
    lone = 1
    while lone:
        svg, lone = re.subn(r"<g>(<(?!g\b)[^<>]*/>|<text[^<>]*>[^<]*</text>)?</g>|<defs></defs>", r"\1", svg)
    return svg


def _short_numbers(text: str) -> str:
    """A tenth of a point is a seventh of a pixel; the letters of a path need no space around them."""
    digits = 2 if text.startswith("transform") else 1
    text = re.sub(r"\d+\.\d+", lambda number: f"{float(number[0]):.{digits}f}".removesuffix(".0"), text)
    return re.sub(r'\s*(["MLCQz])\s*', r"\1", text) if text.startswith('d="') else text


__getattr__ = lazy_modules(__name__)
