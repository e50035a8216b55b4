"""A small PDF writer: Helvetica text, lines, boxes, and pages that are one picture.

Positions are in points (1/72 inch) from the page's top-left corner; `y` of a text is its baseline.
Only the two Helvetica faces are used, because every PDF reader brings them along.
"""
import unicodedata
import zlib

A4 = (595.0, 842.0)
LETTER = (612.0, 792.0)

_PLAIN = [278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278] + [556] * 10 + [
    278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556,
    278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584]
_BOLD = [278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278] + [556] * 10 + [
    333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611, 556,
    333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389,
    280, 389, 584]
_OTHERS = {"·": 278, "–": 556, "—": 1000, "•": 350, "’": 222, "€": 556, "£": 556, "ß": 611}


def text_width(text, size, bold=False):
    """The width of `text` in points."""
    widths = _BOLD if bold else _PLAIN
    total = 0
    for char in text:
        base = unicodedata.normalize("NFD", char)[0]
        total += _OTHERS.get(char) or (widths[ord(base) - 32] if 32 <= ord(base) < 127 else 556)
    return total * size / 1000


class Page:
    """One page: a list of drawing operators."""

    def __init__(self, size):
        self.width, self.height = size
        self.operators = []
        self.images = []
        self.opacity = None

    def text(self, x, y, text, size=10, bold=False, align="left"):
        """Writes one line and returns its box [x0, y0, x1, y1]; `x` is the left end, the middle or the right end."""
        width = text_width(text, size, bold)
        left = x - {"left": 0, "center": width / 2, "right": width}[align]
        escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        self.operators.append("BT /%s %g Tf %.2f %.2f Td (%s) Tj ET" % (
            "F2" if bold else "F1", size, left, self.height - y, escaped))
        return [round(n, 1) for n in (left, y - 0.75 * size, left + width, y + 0.22 * size)]

    def line(self, x0, y0, x1, y1, width=0.5):
        """Draws a straight line."""
        self.operators.append("%g w %.2f %.2f m %.2f %.2f l S" % (
            width, x0, self.height - y0, x1, self.height - y1))

    def box(self, x0, y0, x1, y1, gray=0.9):
        """Fills a rectangle with a gray between 0 (black) and 1 (white)."""
        self.operators.append("q %g g %.2f %.2f %.2f %.2f re f Q" % (
            gray, x0, self.height - y1, x1 - x0, y1 - y0))

    def image(self, data, pixels, colours, encoding=None):
        """Covers the whole page with a picture; `colours` is 1 or 3, `encoding` None (raw bytes) or "DCTDecode" (JPEG)."""
        self.images.append((data, pixels, colours, encoding))
        self.operators.append("q %g 0 0 %g 0 0 cm /I%d Do Q" % (self.width, self.height, len(self.images)))


class Pdf:
    """A document; `pages` are written in their order."""

    def __init__(self, size=A4):
        self.size = size
        self.pages = []

    def page(self):
        """Adds an empty page and returns it."""
        self.pages.append(Page(self.size))
        return self.pages[-1]

    def save(self, path):
        """Writes the file; the same drawing always gives the same bytes."""
        objects = ["<< /Type /Catalog /Pages 2 0 R >>", None, _font("Helvetica"), _font("Helvetica-Bold")]
        kids = []
        for page in self.pages:
            kids.append(_add_page(objects, page))
        objects[1] = "<< /Type /Pages /Kids [%s] /Count %d >>" % (
            " ".join("%d 0 R" % kid for kid in kids), len(kids))
        with open(path, "wb") as file:
            file.write(_assemble(objects))


def _font(name):
    return "<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>" % name


def _stream(header, data):
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (header.encode(), len(data), data)


def _add_page(objects, page):
    """Appends a page's objects and returns the page's own number (numbers count from 1)."""
    names = []
    for index, (data, (width, height), colours, encoding) in enumerate(page.images):
        kind = "/Filter /%s" % encoding if encoding else ""
        objects.append(_stream(
            "/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /Device%s /BitsPerComponent 8 %s"
            % (width, height, {1: "Gray", 3: "RGB"}[colours], kind), data))
        names.append("/I%d %d 0 R" % (index + 1, len(objects)))
    content = zlib.compress("\n".join(page.operators).encode("cp1252"), 9)
    objects.append(_stream("/Filter /FlateDecode", content))
    opacity = "/ExtGState << /Faint << /ca %g >> >>" % page.opacity if page.opacity else ""
    objects.append(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %g %g] /Contents %d 0 R /Resources "
        "<< /Font << /F1 3 0 R /F2 4 0 R >> /XObject << %s >> %s >> >>"
        % (page.width, page.height, len(objects), " ".join(names), opacity))
    return len(objects)


def _assemble(objects):
    """Joins numbered objects with the cross-reference table a reader looks for at the end."""
    data = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        body = body.encode() if isinstance(body, str) else body
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        data += b"%010d 00000 n \n" % offset
    data += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(data)
