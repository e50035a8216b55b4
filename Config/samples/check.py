#!/usr/bin/env python3
"""Runs the extractor on sample documents and compares what it finds with their truth files.

    check.py [--fields NAME,NAME…] DIR-or-PDF…

Exit status: 0 when everything is as expected, 1 after printing each difference, 2 when there is nothing to compare.
With --fields only these fields count. Besides its values, the boxes of a truth file are held against the provenance.
"""
import argparse
import glob
import json
import os
import subprocess
import sys

EXTRACTOR = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "pipelines", "extract", "extract.py")


def extract(path):
    """The extractor's response for a document."""
    request = {"use_case": "extract", "ix_client_id": "check", "request_id": os.path.basename(path),
               "context": {"document": os.path.abspath(path)}}
    done = subprocess.run([sys.executable, EXTRACTOR], input=json.dumps(request).encode() + b"\n",
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise SystemExit("%s: the extractor ended with %d: %s" % (
            path, done.returncode, done.stderr.decode("utf-8", "replace").strip()))
    return json.loads(done.stdout)


def values(fields):
    """The bare values of a result's fields; line items become rows of bare values."""
    return {name: [values(row) for row in field["value"]] if isinstance(field["value"], list) else field["value"]
            for name, field in fields.items()}


def differences(expected, response, only=None):
    """Yields a line for each difference."""
    if response["error"]:
        yield "error: %s" % response["error"]
        return
    result = response["result"]
    for name in ("document_type", "pages", "source"):
        if expected[name] != result[name]:
            yield "%s: expected %r, found %r" % (name, expected[name], result[name])
    wanted, found = expected["fields"], values(result["fields"])
    for name in sorted(set(wanted) | set(found)):
        if not only or name in only:
            yield from _unequal(name, wanted.get(name), found.get(name))
    for name, (page, box) in expected.get("boxes", {}).items():
        if name in result["fields"] and (not only or name in only):
            places = result["fields"][name]["provenance"]
            if not any(place["page"] == page and _overlap(place["bbox"], box) > 0.4 for place in places):
                yield "%s: expected on page %d at %s, found at %s" % (name, page, box, places)


def _unequal(name, wanted, found):
    if isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for number, (row, other) in enumerate(zip(wanted, found), 1):
            for key in sorted(set(row) | set(other)):
                yield from _unequal("%s %d %s" % (name, number, key), row.get(key), other.get(key))
    elif wanted != found:
        yield "%s: expected %s, found %s" % (name, _shown(wanted), _shown(found))


def _shown(value):
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)


def _overlap(box, other):
    """The share of the smaller box that both have in common."""
    width = min(box[2], other[2]) - max(box[0], other[0])
    height = min(box[3], other[3]) - max(box[1], other[1])
    smaller = min((b[2] - b[0]) * (b[3] - b[1]) for b in (box, other))
    return width * height / smaller if width > 0 and height > 0 else 0


def documents(paths):
    """The PDF files named, those of a folder in the order of their names."""
    for path in paths:
        yield from sorted(glob.glob(os.path.join(path, "*.pdf"))) if os.path.isdir(path) else [path]


def main():
    parser = argparse.ArgumentParser(description="Compares the extractor's results with the truth files.")
    parser.add_argument("--fields", help="compare only these fields, separated by commas")
    parser.add_argument("paths", nargs="+", metavar="DIR-or-PDF")
    options = parser.parse_args()
    only = set(options.fields.split(",")) if options.fields else None
    checked = wrong = 0
    for path in documents(options.paths):
        truth = os.path.splitext(path)[0] + ".truth.json"
        if not os.path.isfile(path) or not os.path.isfile(truth):
            raise SystemExit("%s: no such document, or no truth file beside it" % path)
        with open(truth, encoding="utf-8") as file:
            found = list(differences(json.load(file), extract(path), only))
        checked, wrong = checked + 1, wrong + bool(found)
        print("%s %s" % ("wrong" if found else "ok   ", path))
        for line in found:
            print("      " + line)
    print("%d of %d as expected" % (checked - wrong, checked))
    return 2 if not checked else 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
