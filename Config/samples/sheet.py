"""A sheet that an invoice is drawn on: a page, a style, and a record of which fields were shown where."""
import pdf


class Sheet:
    """Draws with a style; remembers for each field the page and the box of its value."""

    def __init__(self, style, size=pdf.A4):
        self.style = style
        self.document = pdf.Pdf(size)
        self.page = self.document.page()
        self.boxes = {}
        self.shown = set()
        self.left = style.margin
        self.right = size[0] - style.margin
        self.bottom = size[1] - 90

    def new_page(self):
        """Goes on on a new page and returns the y where its text begins."""
        self.page = self.document.page()
        return 70.0

    def text(self, x, y, text, field=None, **options):
        """Writes text at the style's size; with `field`, notes it as the value of that field."""
        options.setdefault("size", self.style.size)
        box = self.page.text(x, y, text, **options)
        if field:
            self.shown.add(field)
            self.boxes.setdefault(field, [len(self.document.pages), box])
        return box

    def lines(self, x, y, texts, pitch=None, **options):
        """Writes lines below one another and returns the y below the last."""
        for text in texts:
            self.text(x, y, text, **options)
            y += pitch or self.style.size * self.style.pitch
        return y

    def pairs(self, x, value_x, y, rows, align="left"):
        """Writes rows of (label, value, field), the value at `value_x`; returns the y below."""
        for label, value, field in rows:
            self.text(x, y, label + self.style.colon)
            self.text(value_x, y, value, field, align=align)
            y += self.style.size * self.style.pitch
        return y

    def wrap(self, text, width):
        """Breaks text into lines no wider than `width` points."""
        lines = [""]
        for word in text.split():
            longer = (lines[-1] + " " + word).strip()
            if pdf.text_width(longer, self.style.size) <= width or not lines[-1]:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines
