"""Recognising the words in a picture of a page with tesseract."""
import csv
import io
import os
import re
import statistics
import tempfile

from tools import run

DPI = 300
# A larger picture costs minutes and shows no more.
LONGEST_SIDE = 5000
LEAST_CONFIDENCE = 20


def read_words(path, page):
    """Yields (text, page, x0, y0, x1, y1, size, row) of the words on a page, in points as in `words.Word`."""
    dpi = max(36, min(DPI, int(LONGEST_SIDE * 72 / max(page.width, page.height, 1))))
    with tempfile.TemporaryDirectory() as folder:
        picture = os.path.join(folder, "page")
        run("pdftoppm", "-q", "-gray", "-singlefile", "-r", str(dpi), "-f", str(page.number), "-l", str(page.number),
            path, picture)
        # Mode 6 reads the page as one block, so that a label and its value stay in one line.
        table = run("tesseract", picture + ".pgm", "-", "-l", os.environ.get("EXTRACT_OCR_LANGUAGE", "eng"),
                    "--dpi", str(dpi), "--psm", "6", "tsv")
    lines = _lines(table.decode("utf-8", "replace"), 72.0 / dpi)
    slope = _slope(lines)
    for line in lines:
        size = max(y1 - y0 for _, _, y0, _, y1 in line) / 0.85
        for text, x0, y0, x1, y1 in line:
            yield text, page.number, x0, y0, x1, y1, size, (y0 + y1) / 2 - slope * (x0 + x1) / 2


def _lines(table, scale):
    """Groups tesseract's words by its own lines: lists of (text, x0, y0, x1, y1), in points."""
    lines = {}
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = _clean(row["text"] or "")
        if row["level"] != "5" or not text or float(row["conf"]) < LEAST_CONFIDENCE:
            continue
        left, top, width, height = (int(row[name]) * scale for name in ("left", "top", "width", "height"))
        key = tuple(int(row[name]) for name in ("block_num", "par_num", "line_num"))
        lines.setdefault(key, []).append((text, left, top, left + width, top + height))
    return list(lines.values())


def _slope(lines):
    """How far the page's lines fall, in points per point to the right: the median over its long lines."""
    slopes = []
    for line in lines:
        (_, _, _, _, bottom), (_, x0, _, _, _) = line[0], line[-1]
        if x0 - line[0][1] > 150:
            slopes.append((line[-1][4] - bottom) / (x0 - line[0][1]))
    return statistics.median(slopes) if slopes else 0.0


def _clean(text):
    """Takes off what ruled lines and specks leave at a word's ends."""
    text = re.sub(r"^[|_~=‘'`“\[{]+|[|_~=‘`“\]}]+$", "", text.strip())
    text = text.replace("\ufb01", "fi").replace("\ufb02", "fl")
    return text if any(char.isalnum() or char in "€$£#%&" for char in text) else ""
