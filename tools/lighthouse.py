"""Lighthouse's scores of each chapter on a phone, median of five: `python tools/lighthouse.py [--runs 5] [page …]`."""

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path
from statistics import median

import chromium
from serve import HTML, serving

ROOT = Path(__file__).resolve().parent.parent
SCORES = ("performance", "accessibility", "best-practices", "seo")
METRICS = {
    "first-contentful-paint": "FCP",
    "largest-contentful-paint": "LCP",
    "total-blocking-time": "TBT",
    "cumulative-layout-shift": "CLS",
}


def run(address: str) -> dict:
    """One run of Lighthouse's mobile preset; its report."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [
            ROOT / "node_modules" / ".bin" / "lighthouse",
            address,
            "--quiet",
            "--output=json",
            f"--output-path={report}",
        ]
        options = [f"--only-categories={','.join(SCORES)}", "--chrome-flags=--headless=new --no-sandbox --disable-gpu"]
        subprocess.run([*command, *options], check=True, env=os.environ | {"CHROME_PATH": chromium.find()})
        return json.loads(report.read_text(encoding="utf-8"))


def failed(report: dict) -> set[str]:
    """The audits below their full score that count in one of the last three categories."""
    ids = {ref["id"] for name in SCORES[1:] for ref in report["categories"][name]["auditRefs"] if ref["weight"]}
    return {
        id
        for id in ids
        if (report["audits"][id]["score"] or 0) < 1 and report["audits"][id]["scoreDisplayMode"] == "binary"
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "pages", nargs="*", help="paths below the book's root; without any, every chapter and the first page"
    )
    args = parser.parse_args()
    pages = args.pages or [
        "index.html",
        *sorted(f"chapters/{path.name}" for path in (HTML / "chapters").glob("*.html")),
    ]
    print(f"{'page':40}{''.join(f'{name:>16}' for name in SCORES)}   kB  requests")
    with serving(HTML) as site:
        for page in pages:
            reports = [run(f"{site}/{page}") for _ in range(args.runs)]
            scores = [median(round(100 * r["categories"][name]["score"]) for r in reports) for name in SCORES]
            weight = median(r["audits"]["total-byte-weight"]["numericValue"] for r in reports) / 1000
            requests = len(reports[0]["audits"]["network-requests"]["details"]["items"])
            print(f"{page:40}{''.join(f'{score:>16g}' for score in scores)}{weight:>6.0f}{requests:>8}")
            values = {short: median(r["audits"][id]["numericValue"] for r in reports) for id, short in METRICS.items()}
            print("    " + ", ".join(f"{name} {value:.3g}" for name, value in values.items()))
            for audit in sorted(set().union(*map(failed, reports))):
                print(f"    not passed: {audit}: {reports[0]['audits'][audit]['title']}")


if __name__ == "__main__":
    main()
