"""The pixels of figures: files that a page loads when the reader comes near them, not a part of its text."""

import base64
import io
import re
from hashlib import sha256
from pathlib import Path

from PIL import Image

FOLDER = "pictures"  # in `_static`
# An image as matplotlib writes it where it is neither turned nor smoothed: its pixels, its size, where it stands.
PIXELS = re.compile(
    r'<image xlink:href="data:image/png;base64,([^"]+)" width="(\d+)" height="(\d+)"'
    r' transform="matrix\(([\d.]+) 0 0 ([\d.]+) ([\d.]+) ([\d.]+)\)" style="[^"]*pixelated"/>'
)


def pixels_apart(app, pagename, templatename, context, doctree) -> None:
    """Moves the pixels of a page's figures into files."""
    address = context["pathto"](f"_static/{FOLDER}", 1)
    context["body"] = apart(context.get("body", ""), Path(app.outdir) / "_static" / FOLDER, address)


def apart(body: str, folder: Path, address: str) -> str:
    """An SVG's own image is loaded at once, however far it is; an HTML image in its place is not."""

    def moved(found: re.Match) -> str:
        file = webp(base64.b64decode(found[1]))
        name = f"{sha256(file).hexdigest()[:16]}.webp"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(file)
        width, height, across, down, x, y = map(float, found.groups()[1:])
        place = f'x="{x:g}" y="{y:g}" width="{width * across:.2f}" height="{height * down:.2f}"'
        return f'<foreignObject {place}><img src="{address}/{name}" alt="" loading="lazy"></foreignObject>'

    return PIXELS.sub(moved, body)


def webp(png: bytes) -> bytes:
    """The same pixels in fewer bytes: WebP without loss."""
    file = io.BytesIO()
    Image.open(io.BytesIO(png)).save(file, "WEBP", lossless=True, quality=100, method=6)
    return file.getvalue()


def keep(site: Path) -> None:
    """Pages that have not changed are not written again: their pictures must still be there, and no others."""
    pages = [page.read_text(encoding="utf-8") for page in site.rglob("*.html")]
    wanted = {name for page in pages for name in re.findall(rf"_static/{FOLDER}/(\w+\.webp)", page)}
    files = {path.name: path for path in (site / "_static" / FOLDER).glob("*")}
    for name in files.keys() - wanted:
        files[name].unlink()
    if missing := sorted(wanted - files.keys()):
        raise RuntimeError(f"the pictures {missing} are gone: run `make clean book`")


def write_pixels(site: Path) -> None:
    """Every picture once more as a script: a page on disk may show its pictures, but not read them."""
    folder = site / "_static" / "pixels"
    folder.mkdir(exist_ok=True)
    for path in (site / "_static" / FOLDER).glob("*.webp"):
        data = base64.b64encode(path.read_bytes()).decode()
        script = f'(window.dlbookPixels ??= {{}})["{path.name}"] = "data:image/webp;base64,{data}";\n'
        (folder / f"{path.name}.js").write_text(script, encoding="utf-8")
