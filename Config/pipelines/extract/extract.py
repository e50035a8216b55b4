#!/usr/bin/env python3
"""Extracts the fields of an invoice or a letter from a PDF: an example of an `exec` pipeline.

Reads a RequestIX as JSON on standard input and writes a ResponseIX as JSON on standard output:

    {"use_case": "extract", "request_id": "r", "context": {"document": "/absolute/path.pdf"}}
    {"error": null, "result": {"document": "/absolute/path.pdf", "document_type": "invoice", "pages": 1,
     "source": "text", "fields": {"invoice_date": {"value": "2026-03-04", "provenance":
     [{"page": 1, "bbox": [450.0, 134.8, 504.2, 144.1], "text": "4 March 2026"}]}}}}

document_type is "invoice", "letter" or "unknown"; source is "ocr" when any page had to be recognised, else "text".
bbox is [left, top, right, bottom] in PDF points (1/72 inch) from the page's top-left corner; pages count from 1.
Dates are ISO 8601, amounts decimals as text ("1234.50"). The value of "line_items" is a list of rows, each a set of
fields. What a document does not show is left out. "page_notes" is there when a page was left out ({"page": 2, "left_out":
why}) or lay on its side or head ({"page": 1, "turned": 90}: boxes are those of the page turned clockwise by so many degrees).
A document that can't be read gives
"error": {"code": "document_missing" or "document_unreadable", "message": …}.

Exit status: 0 with a response, 64 for a request without a document, 126 when pdftotext, pdftoppm or tesseract is missing.
"""
import json
import os
import signal
import sys

from document import Document
from invoice import Invoice
from letter import Letter
from tools import DocumentError, ToolMissing, check_document
from words import read_pages

USAGE, MISCONFIGURED, ENDED = 64, 126, 143
# Fewer signs than this leave a document unknown.
LEAST_SIGNS = 3


def requested_document(request):
    """The absolute path that a request names; ValueError says what is wrong with it."""
    context = request.get("context") if isinstance(request, dict) else None
    path = context.get("document") if isinstance(context, dict) else None
    if not isinstance(path, str) or not os.path.isabs(path) or "\0" in path:
        raise ValueError("context.document must be an absolute path")
    return path


def extract(path, report):
    """Reads the document and returns the response's result; report(page, pages) is told of every page."""
    check_document(path)
    pages = read_pages(path, report)
    document = Document(pages)
    kind, fields = read_fields(document)
    source = "ocr" if any(page.source == "ocr" for page in pages) else "text"
    log("%s: %d page(s), %s, %s, %d field(s)" % (os.path.basename(path), len(pages), source, kind, len(fields)))
    result = {"document": path, "document_type": kind, "pages": len(pages), "source": source, "fields": fields}
    notes = [note for note in map(page_note, pages) if note]
    return dict(result, page_notes=notes) if notes else result


def page_note(page):
    """What a reader has to know of a page that was turned or left out; None for all others."""
    if page.left_out:
        log("page %d is left out: %s" % (page.number, page.left_out))
        return {"page": page.number, "left_out": page.left_out}
    return {"page": page.number, "turned": page.turned} if page.turned else None


def read_fields(document):
    """Reads the document as everything it may be; the kind with the most signs wins. Returns (kind, fields)."""
    if not document.lines:
        return "unknown", {}
    invoice, letter = Invoice(document), Letter(document)
    if max(invoice.signs, letter.signs) < LEAST_SIGNS:
        return "unknown", {}
    return ("invoice", invoice.fields) if invoice.signs >= letter.signs else ("letter", letter.fields)


def report_progress(page, pages):
    """Tells the daemon how far the job is, when it listens."""
    control = os.environ.get("IX_CONTROL")
    if control:
        with open(control, "a", encoding="utf-8") as file:
            message = {"progress": round(page / pages, 3), "message": "page %d of %d" % (page, pages)}
            file.write(json.dumps(message) + "\n")


def log(message):
    print("extract: " + message, file=sys.stderr, flush=True)


def main():
    # Ending by an exception removes the temporary files.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(ENDED))
    try:
        path = requested_document(json.loads(sys.stdin.buffer.read().decode("utf-8")))
    except ValueError as error:
        log("bad request: %s" % error)
        return USAGE
    response = {"error": None, "result": None}
    try:
        response["result"] = extract(path, report_progress)
    except DocumentError as error:
        log("%s: %s" % (error.code, error))
        response["error"] = {"code": error.code, "message": str(error)}
    except ToolMissing as error:
        log("misconfigured: %s" % error)
        return MISCONFIGURED
    sys.stdout.buffer.write(json.dumps(response, ensure_ascii=False).encode("utf-8") + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
