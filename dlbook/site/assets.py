"""The files of the site: one stylesheet, one script, the fonts that a page may use; all else is taken out again."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from pygments.formatters import HtmlFormatter

from dlbook.site import copies, folds, glossary, licences, mime, pictures, policy, python, search_index

SITE = Path(__file__).parent
PACKAGE = SITE.parent
MODULES = SITE.parent.parent / "node_modules"
CODE_STYLES = {"light": "a11y-high-contrast-light", "dark": "a11y-high-contrast-dark"}


def finish(app, exception) -> None:
    """Bundles what is ours, and removes what the theme and the extensions have copied for pages they do not make."""
    if exception or app.builder.name != "html":
        return
    static = Path(app.outdir) / "_static"
    for path in static.iterdir():
        if path.name not in (mime.FOLDER, pictures.FOLDER, glossary.FOLDER):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copy(SITE / "favicon.svg", static)
    kept = {*app.env.found_docs, *app.config.html_additional_pages}
    for page in Path(app.outdir).rglob("*.html"):
        if page.relative_to(app.outdir).with_suffix("").as_posix() not in kept:
            page.unlink()  # of a source that is there no more
    mime.keep_states(Path(app.outdir))
    pictures.keep(Path(app.outdir))
    pictures.write_pixels(Path(app.outdir))
    folds.write(Path(app.outdir))
    # The first page under the name that a host looks for, instead of a page that only sends on.
    shutil.copy(Path(app.outdir) / f"{app.config.root_doc}.html", Path(app.outdir) / "index.html")
    (Path(app.outdir) / "robots.txt").write_text("User-agent: *\nAllow: /\n", encoding="utf-8")
    search_index.write(Path(app.outdir))
    bundle_css(static / "book.css")
    for name in ("page.js", "search.js"):
        bundle_js(SITE / name, static / name)
    bundle_js(SITE / "words" / "start.js", static / "words.js")  # and words.css, which it imports
    bundle_js(PACKAGE / "live" / "start.js", static / "live.js")
    bundle_js(PACKAGE / "live" / "cells.js", static / "cells.js")  # and cells.css, which it imports
    bundle_js(PACKAGE / "live" / "worker.js", static / "worker.js")
    bundle_js(PACKAGE / "live" / "read.js", static / "read.js")
    bundle_js(PACKAGE / "live" / "progress.js", static / "progress.js")
    python.install(static)
    bundle_js(PACKAGE / "explore" / "host.js", static / "explorer.js")
    copies.write(app)
    licences.write(static)
    policy.write(Path(app.outdir))


def bundle_css(target: Path) -> None:
    """KaTeX, code colours, the outputs' and the pages' rules as one minified file; the fonts lie beside it."""
    ours = [PACKAGE / "dlbook.css", SITE / "page.css", SITE / "print.css", SITE / "reference.css"]
    with tempfile.TemporaryDirectory(
        dir=SITE.parent
    ) as folder:  # inside the tree: esbuild looks for node_modules above it
        (Path(folder) / "katex.css").write_text(katex_css(), encoding="utf-8")
        (Path(folder) / "code.css").write_text(code_css(), encoding="utf-8")
        files = [
            "./katex.css",
            "./code.css",
            *[f"../{path.relative_to(SITE.parent)}" for path in ours if path.exists()],
        ]
        entry = Path(folder) / "book.css"
        entry.write_text("".join(f'@import "{name}";\n' for name in files), encoding="utf-8")
        esbuild(entry, target, "--loader:.woff2=file", "--asset-names=[name]")


def bundle_js(source: Path, target: Path) -> None:
    """One classic script, so that it also runs from a file on the reader's disk, where modules do not load."""
    esbuild(source, target, "--format=iife")


def esbuild(source: Path, target: Path, *options: str) -> None:
    command = [
        MODULES / ".bin" / "esbuild",
        source,
        "--bundle",
        "--minify",
        "--log-level=warning",
        f"--outfile={target}",
    ]
    subprocess.run([*command, *options], check=True)


def katex_css() -> str:
    """KaTeX's rules with woff2 as the only font format; text shows at once, the font follows."""
    css = (MODULES / "katex" / "dist" / "katex.min.css").read_text(encoding="utf-8")
    css = re.sub(r',url\([^)]*\.(?:woff|ttf)\) format\("[a-z]+"\)', "", css)
    css = css.replace("font-display:block", "font-display:swap")
    return css.replace("url(fonts/", f"url({MODULES}/katex/dist/fonts/")


def code_css() -> str:
    """Colours of code for both modes, on the page's own ground."""
    rules = []
    for mode, style in CODE_STYLES.items():
        css = HtmlFormatter(style=style).get_style_defs(f"html[data-theme={mode}] .highlight")
        rules += [line for line in css.splitlines() if ".highlight ." in line and "background" not in line]
    return "\n".join(rules)
