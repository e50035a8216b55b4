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
    """One page with its words; `source` is "text" or "ocr"."""

    number: int
    width: float
    height: float
    words: List[Word]
    source: str


def read_pages(path, progress):
    """Returns the document's pages; calls `progress(page, pages)` after each."""
    pages = text_pages(path)
    if not pages:
        raise DocumentError("document_unreadable", "the document has no pages")
    for index, page in enumerate(pages):
        if sum(map(_is_readable, page.words)) < FEW_WORDS:
            recognised = [part for word in ocr.read_words(path, page) for part in unglued(Word(*word))]
            if len(recognised) > len(page.words):
                pages[index] = page._replace(words=recognised, source="ocr")
        progress(index + 1, len(pages))
    return pages


def text_pages(path):
    """Returns the pages with what their text layer holds, which may be nothing."""
    listing = run("pdftotext", "-q", "-enc", "UTF-8", "-bbox", path, "-").decode("utf-8", "replace")
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
