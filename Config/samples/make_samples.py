#!/usr/bin/env python3
"""Makes sample documents and, beside each NAME.pdf, a NAME.truth.json with what an extractor should find in it.

    make_samples.py --out DIR                       the samples of this folder, always the same
    make_samples.py --seed N --out DIR [--scanned]  one made-up invoice (--letter: a letter) nobody has seen before

Scanned documents need pdftoppm. Truth: document_type, pages, source, fields (each field's value; what the document
does not show is left out) and boxes (for some fields the page and the box of the value, in points from the top left).
"""
import argparse
import json
import os
import random

import fixed
import letters
from content import random_invoice, truth
from drawing import draw_invoice, random_choices
from scan import scanned
from wording import Style

BOXED = ("invoice_number", "invoice_date", "due_date", "net_total", "gross_total", "subject", "date", "reference")


def write(folder, name, sheet, document_type, fields, scan_random=None):
    """Writes NAME.pdf and NAME.truth.json, as a scan when a random source for its faults is given."""
    document = scanned(sheet.document, scan_random) if scan_random else sheet.document
    os.makedirs(folder, exist_ok=True)
    document.save(os.path.join(folder, name + ".pdf"))
    expected = {"document_type": document_type, "pages": len(document.pages),
                "source": "ocr" if scan_random else "text", "fields": fields,
                "boxes": {field: sheet.boxes[field] for field in BOXED if field in sheet.boxes}}
    with open(os.path.join(folder, name + ".truth.json"), "w", encoding="utf-8") as file:
        json.dump(expected, file, ensure_ascii=False, indent=1)
        file.write("\n")


def random_sample(seed, letter=False):
    """Returns (kind, sheet, fields) of a made-up document."""
    rng = random.Random(seed)
    lang = rng.choice(("en", "de"))
    style = Style(rng, lang)
    if letter:
        sheet, fields = letters.draw_letter(style, letters.random_letter(rng, style))
        return "letter", sheet, fields
    invoice = random_choices(rng, style, random_invoice(rng, lang))
    sheet = draw_invoice(style, invoice)
    return "invoice", sheet, truth(invoice, sheet.shown)


def main():
    parser = argparse.ArgumentParser(description="Makes sample documents with their expected values.")
    parser.add_argument("--out", required=True, help="the folder to write to")
    parser.add_argument("--seed", type=int, help="make one random document instead of the fixed samples")
    parser.add_argument("--letter", action="store_true", help="with --seed: a letter instead of an invoice")
    parser.add_argument("--scanned", action="store_true", help="with --seed: as a picture without text")
    options = parser.parse_args()
    if options.seed is None:
        for name, kind, sheet, fields, scan_random in fixed.samples():
            write(options.out, name, sheet, kind, fields, scan_random)
        return
    kind, sheet, fields = random_sample(options.seed, options.letter)
    name = "%s-%d" % (kind, options.seed) + ("-scanned" if options.scanned else "")
    write(options.out, name, sheet, kind, fields, random.Random(options.seed) if options.scanned else None)
    print(os.path.join(options.out, name + ".pdf"))


if __name__ == "__main__":
    main()
