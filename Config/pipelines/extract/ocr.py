"""Recognising the words in a picture of a page with tesseract."""
import csv
import io
import os
import re
import statistics
import tempfile
from typing import NamedTuple

from picture import clean_picture, turn_picture
from tools import DocumentError, run

DPI = int(os.environ.get("DPI","300"))
# A larger picture costs minutes and shows no more.
LONGEST_SIDE = 5000
# With fewer dots an inch no letter of a usual size can be told from another.
LEAST_DPI = 36
# The mean confidence, in per cent, below which a page may lie on its side or its head, and below which it isn't text.
DOUBTFUL, HOPELESS = 75, 40
_TAILED = re.compile(r"[gjpqyQ,;(){}\[\]/$@|]")


class Seen(NamedTuple):
    """The words seen on a page, as (text, page, x0, y0, x1, y1, size, row) in points as in `words.Word`, and by how many
    degrees, clockwise, the page had to be turned."""

    words: list
    turned: int


def read_words(path, page):
    """Recognises a page, turned upright where it lies on its side or head; DocumentError says why it can't be read."""
    dpi = min(DPI, int(LONGEST_SIDE * 72 / max(page.width, page.height, 1)))
    if dpi < LEAST_DPI:
        raise DocumentError("document_unreadable", "a page of %.0f by %.0f points is too large for text recognition"
                            % (page.width, page.height))
    with tempfile.TemporaryDirectory() as folder:
        picture = os.path.join(folder, "page")
        run("pdftoppm", "-q", "-gray", "-singlefile", "-r", str(dpi), "-f", str(page.number), "-l", str(page.number),
            path, picture)
        picture += ".pgm"
        clean_picture(picture)
        table, turned = _recognised(picture, dpi), 0
        if _confidence(table) < DOUBTFUL:
            table, turned = _upright(picture, dpi, table)
    if _confidence(table) < HOPELESS:
        raise DocumentError("document_unreadable", "the page's picture holds no readable text")
    return Seen(list(_words(table, page.number, 72.0 / dpi)), turned)


def _recognised(picture, dpi):
    # Mode 6 reads the page as one block, so that a label and its value stay in one line.
    return run("tesseract", picture, "-", "-l", os.environ.get("EXTRACT_OCR_LANGUAGE", "eng"), "--dpi", str(dpi),
               "--psm", os.environ.get("PSM","6"), "tsv").decode("utf-8", "replace")


def _upright(picture, dpi, table):
    """What the picture says after it was turned as its letters lie, if that is surer than `table`; and the turn."""
    try:
        said = run("tesseract", picture, "-", "-l", "osd", "--dpi", str(dpi), "--psm", "0").decode("utf-8", "replace")
    except DocumentError:
        return table, 0  # Too few letters to tell how they lie.
    turn = re.search(r"^Rotate: (90|180|270)$", said, re.M)
    if not turn:
        return table, 0
    turn_picture(picture, int(turn[1]))
    turned = _recognised(picture, dpi)
    return (turned, int(turn[1])) if _confidence(turned) > _confidence(table) else (table, 0)


def _confidence(table):
    """The mean confidence of the words in tesseract's table, in per cent; 100 for a page without any, as a blank one is."""
    sure = [float(row["conf"]) for row in _rows(table) if _clean(row["text"] or "")]
    return statistics.fmean(sure) if sure else 100.0


def _rows(table):
    return (row for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE) if row["level"] == "5")


def _words(table, page, scale):
    lines = _lines(table, scale)
    slope = _slope(lines)
    for line in lines:
        size = statistics.median(_size(*word) for word in line)
        for text, x0, y0, x1, y1 in line:
            row = _baseline(text, x0, y0, x1, y1) - 0.35 * size - slope * (x0 + x1) / 2
            yield text, page, x0, y0, x1, y1, size, row


def _lines(table, scale):
    """Groups tesseract's words by its own lines: lists of (text, x0, y0, x1, y1), in points."""
    lines = {}
    for row in _rows(table):
        text = _clean(row["text"] or "")
        if not text:
            continue
        left, top, width, height = (int(row[name]) * scale for name in ("left", "top", "width", "height"))
        key = tuple(int(row[name]) for name in ("block_num", "par_num", "line_num"))
        lines.setdefault(key, []).append((text, left, top, left + width, top + height))
    return [_rejoined(line) for line in lines.values()]


def _rejoined(line):
    """Joins a capital to the small letters it was torn from ("J anuary"); "A" and "I" are words of their own."""
    words = line[:1]
    for word in line[1:]:
        text, x0, y0, x1, y1 = words[-1]
        if re.fullmatch(r"[^\W\d_AI]", text) and text.isupper() and word[0][0].islower() and word[1] - x1 < 0.7 * (y1 - y0):
            words[-1] = (text + word[0], x0, min(y0, word[2]), word[3], max(y1, word[4]))
        else:
            words.append(word)
    return words


def _size(text, x0, y0, x1, y1):
    """The font size that a word's height speaks for: letters without tails or strokes are lower."""
    above = 0.72 if re.search(r"[A-Z0-9bdfhijkltäöüß€$£%&(/#]", text) else 0.53
    below = 0.21 if _TAILED.search(text) else 0.0
    return (y1 - y0) / (above + below)


def _baseline(text, x0, y0, x1, y1):
    """Where a word's letters stand, without the tails of some."""
    word = (text, x0, y0, x1, y1)
    return y1 - (0.21 * _size(*word) if _TAILED.search(text) else 0.0)


def _slope(lines):
    """How far the page's lines fall, in points per point to the right: the median over its long lines."""
    slopes = []
    for line in lines:
        width = line[-1][1] - line[0][1]
        if width > 150:
            slopes.append((_baseline(*line[-1]) - _baseline(*line[0])) / width)
    return statistics.median(slopes) if slopes else 0.0


def _clean(text):
    """Takes off what ruled lines and specks leave at a word's ends."""
    text = re.sub(r"^[|_~=‘'`“\[{]+|[|_~=‘`“\]}]+$", "", text.strip())
    text = text.replace("\ufb01", "fi").replace("\ufb02", "fl")
    return text if any(char.isalnum() or char in "€$£#%&" for char in text) else ""
