"""What the book is made with and what its pages carry, as two bills of materials (CycloneDX) in `_build/sbom`.

`python.cdx.json` has the installed packages, `pages.cdx.json` the front end's: `required` are those whose code or fonts
ship, `excluded` the tools. npm's own bill refuses a tool that asks for the latest version of another one.
"""

import base64
import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from dlbook.site import licences

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "_build" / "sbom"


def main() -> int:
    OUT.mkdir(parents=True, exist_ok=True)
    for name, bill in (("python", of_python()), ("pages", of_pages())):
        if fault := check(bill):
            print(f"{name}: {fault}", file=sys.stderr)
            return 1
        file = OUT / f"{name}.cdx.json"
        file.write_text(json.dumps(bill, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        print(f"{file.relative_to(ROOT)} names {len(bill['components'])} parts")
    return 0


def check(bill: dict) -> str:
    """What CycloneDX's schema says against it."""
    return str(JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bill)) or "")


def of_python() -> dict:
    """The environment, without what belongs to one machine: addresses, and the build of a version."""
    command = [Path(sys.executable).with_name("cyclonedx-py"), "environment", "--pyproject", ROOT / "pyproject.toml"]
    options = ["--output-reproducible", "--short-PURLs", "--output-file", "-"]
    made = subprocess.run([*command, *options, sys.prefix], check=True, capture_output=True, text=True).stdout
    for part in json.loads(made)["components"]:
        if "+" in part["version"]:
            made = made.replace(part["bom-ref"], part["bom-ref"].partition("+")[0])
            made = made.replace(f'"{part["version"]}"', f'"{part["version"].partition("+")[0]}"')
            made = made.replace(part["purl"], part["purl"].partition("%2B")[0])
    bill = json.loads(made)
    bill["components"] = [part for part in bill["components"] if part["name"] != "dlbook"]  # it is the whole
    bill["dependencies"] = [entry for entry in bill["dependencies"] if not entry["ref"].startswith("dlbook==")]
    for part in [*bill["components"], *bill["metadata"]["tools"]["components"]]:
        part.pop("externalReferences", None)
    return bill


def of_pages() -> dict:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    ships = {part.name for part in licences.pages()}
    parts = [of_npm(path, about, ships) for path, about in lock.items() if path]
    parts += [of_the_page(part) for part in licences.of_python()]
    whole = {"type": "application", "name": "dlbook", "version": version("dlbook"), "bom-ref": "dlbook"}
    head = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "metadata": {"component": whole}}
    return head | {"components": parts}


def of_the_page(part: licences.Part) -> dict:
    """Pyodide, or one of its wheels."""
    about = {"name": part.name, "version": part.version, "licenses": [{"license": {"name": part.licence}}]}
    return {"type": "library", "bom-ref": f"pyodide:{part.name}", "scope": "required"} | about


def of_npm(path: str, about: dict, ships: set[str]) -> dict:
    name = path.rpartition("node_modules/")[2]
    kind, _, digest = about["integrity"].partition("-")
    return {
        "type": "library",
        "bom-ref": path,
        "name": name,
        "version": about["version"],
        "scope": "required" if name in ships else "excluded",
        "purl": f"pkg:npm/{name.replace('@', '%40')}@{about['version']}",
        "hashes": [{"alg": kind.upper().replace("SHA", "SHA-"), "content": base64.b64decode(digest).hex()}],
        "licenses": [{"license": {"name": about["license"]}}] if "license" in about else [],
    }


if __name__ == "__main__":
    sys.exit(main())
