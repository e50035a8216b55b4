"""The words of a document and where they stand, from its text layer or, page by page, from a picture of the page.

Positions are in PDF points (1/72 inch) from the page's top-left corner; pages count from 1.
"""
import re
import unicodedata
import xml.etree.ElementTree as ElementTree
from typing import List, NamedTuple

import ocr
from tools import DocumentError, run

# A page whose text layer has fewer words than this may be a scan with a stamp on it.
FEW_WORDS = 5


class Word(NamedTuple):
    """One word; `size` is its font size and `row` the middle of its line, levelled when the page is crooked."""

    text: str
    page: int
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    row: float


class Page(NamedTuple):
    """One page with its words; `source` is "text" or "ocr".

    `turned` is by how many degrees, clockwise, the page has to be turned to be read: words and size are those of the turned
    page. `left_out` says why a page couldn't be read.
    """

    number: int
    width: float
    height: float
    words: List[Word]
    source: str
    turned: int = 0
    left_out: str = ""


def read_pages(path, progress):
    """Returns the document's pages; calls `progress(page, pages)` after each.

    A page that can't be read costs no other page: it stays without words and says why. DocumentError when none is left.
    """
    pages = text_pages(path)
    if not pages:
        raise DocumentError("document_unreadable", "the document has no pages")
    for index, page in enumerate(pages):
        if sum(map(_is_readable, page.words)) < FEW_WORDS or lies_on_its_side(page.words):
            pages[index] = _recognised(path, page)
        progress(index + 1, len(pages))
    if all(page.left_out for page in pages):
        raise DocumentError("document_unreadable", "page 1: " + pages[0].left_out)
    return pages


def _recognised(path, page):
    """The page with the words seen in its picture, when they are more than its text layer has."""
    turned = lies_on_its_side(page.words)
    try:
        seen = ocr.read_words(path, page)
    except DocumentError as error:
        return page if page.words and not turned else page._replace(words=[], left_out=str(error))
    words = [part for word in seen.words for part in unglued(Word(*word))]
    if len(words) <= len(page.words) and not turned:
        return page
    width, height = (page.height, page.width) if seen.turned % 180 else (page.width, page.height)
    return page._replace(words=words, source="ocr", turned=seen.turned, width=width, height=height)


def lies_on_its_side(words):
    """Whether most words of a text layer run upwards, downwards or backwards."""
    long = [word for word in words if len(word.text) > 3]
    if len(long) < FEW_WORDS:
        return False
    upright = sum(word.x1 - word.x0 > word.y1 - word.y0 for word in long)
    beside = [(a, b) for a, b in zip(words, words[1:]) if abs(a.row - b.row) < 0.3 * a.size]
    backwards = sum(b.x0 < a.x0 for a, b in beside)
    return upright * 2 < len(long) or backwards * 2 > max(len(beside), FEW_WORDS)


def text_pages(path):
    """Returns the pages with what their text layer holds, which may be nothing."""
    listing = run("pdftotext", "-enc", "UTF-8", "-bbox", path, "-").decode("utf-8", "replace")
    body = re.search(r"<doc>.*</doc>", listing, re.S)
    if not body:
        return []
    # Control characters in a font's text would stop the parser.
    root = ElementTree.fromstring(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", body.group()))
    return [_text_page(number, element) for number, element in enumerate(root.iter("page"), 1)]


def _text_page(number, element):
    words = []
    for child in element.iter("word"):
        x0, y0, x1, y1 = (float(child.get(name)) for name in ("xMin", "yMin", "xMax", "yMax"))
        text = clean(child.text or "")
        if text:
            # The box spans the font's ascent and descent, a little less than its size.
            words.extend(unglued(Word(text, number, x0, y0, x1, y1, (y1 - y0) / 0.93, (y0 + y1) / 2)))
    return Page(number, float(element.get("width")), float(element.get("height")), words, "text")


def unglued(word):
    """Takes a label from the value that follows its colon without a blank ("Date:2026-03-04")."""
    match = re.fullmatch(r"([^\W\d][^\d:]*:)([^\s/:].*)", word.text)
    if not match:
        return [word]
    middle = word.x0 + (word.x1 - word.x0) * len(match[1]) / len(word.text)
    return [word._replace(text=match[1], x1=middle), word._replace(text=match[2], x0=middle)]


def clean(text):
    """Joins what belongs to one letter: ligatures are taken apart, accents put on their letters."""
    for ligature, letters in (("\ufb00", "ff"), ("\ufb01", "fi"), ("\ufb02", "fl"), ("\ufb03", "ffi"), ("\u00ad", "")):
        text = text.replace(ligature, letters)
    return unicodedata.normalize("NFC", text).strip()


def _is_readable(word):
    return any(char.isalnum() for char in word.text)
