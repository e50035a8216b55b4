"""The table of line items and the totals below it."""
import pdf
from content import plain

WIDTHS = {"pos": 30, "sku": 62, "quantity": 52, "unit": 42, "unit_price": 88, "tax": 44, "amount": 84}
RIGHT = ("quantity", "unit_price", "tax", "amount")


def random_columns(rng):
    """The names of the columns, from left to right."""
    columns = ["description", "quantity", "unit_price", "amount"]
    if rng.random() < 0.2:
        columns[:2] = ["quantity", "description"]
    # More than two others would leave no room for the description.
    others = [name for name in ("unit", "tax", "sku", "pos", "pos") if rng.random() < 0.25][:2]
    places = {"unit": columns.index("quantity") + 1, "tax": -1, "sku": 0, "pos": 0}
    for name in dict.fromkeys(others):
        columns.insert(places[name], name)
    return columns


class Table:
    """Draws line items in `columns`; `heads` is "aligned" or "left", `split` a row after which the page ends."""

    def __init__(self, sheet, invoice, columns, heads="aligned", two_lines=False, split=None, repeat=True):
        self.sheet, self.invoice, self.columns = sheet, invoice, columns
        self.heads, self.two_lines, self.split, self.repeat = heads, two_lines, split, repeat
        fixed = sum(WIDTHS[name] for name in columns if name != "description")
        self.description_width = sheet.right - sheet.left - fixed
        self.pitch = sheet.style.size * max(1.3, sheet.style.pitch)

    def spans(self):
        """Yields (column, left, right) of each column in points."""
        x = self.sheet.left
        for name in self.columns:
            width = WIDTHS.get(name, self.description_width)
            yield name, x, x + width - 5
            x += width

    def write(self, y, texts, field=None, **options):
        """Writes one row of texts by column."""
        for name, left, right in self.spans():
            ends = self.invoice["table_align"].get(name) or ("right" if name in RIGHT else "left")
            if options.get("bold") and self.heads == "left":
                ends = "left"
            x = {"left": left, "right": right, "center": (left + right) / 2}[ends]
            if texts.get(name):
                self.sheet.text(x, y, texts[name], align=ends, **options)

    def draw(self, y):
        """Draws head and rows and returns the y below them."""
        y = self.head(y)
        for index, item in enumerate(self.invoice["items"]):
            wrapped = self.sheet.wrap(item["description"], self.description_width - 8)
            if y + self.pitch * len(wrapped) > self.sheet.bottom or index == self.split:
                y = self.sheet.new_page()
                y = self.head(y) if self.repeat else y
            self.write(y, dict(self.cells(index, item), description=wrapped[0]))
            for line in wrapped[1:]:
                y += self.sheet.style.size * 1.2
                self.write(y, {"description": line})
            y += self.pitch * 1.15
        self.sheet.shown.add("line_items")
        return y

    def head(self, y):
        """Draws the column heads."""
        style = self.sheet.style
        texts = {name: style.label(name) for name in self.columns}
        if style.sign == "none" and style.currency_note == "header":
            texts["amount"] += " (%s)" % style.currency
            if pdf.text_width(texts["amount"], style.size, True) > WIDTHS["amount"] - 8:
                texts["amount"] = "%s %s" % ({"en": "Total", "de": "Betrag"}[style.lang], style.currency)
            self.sheet.shown.add("currency")
        second = {}
        if self.two_lines and " " in texts["unit_price"]:
            texts["unit_price"], second["unit_price"] = texts["unit_price"].split(" ", 1)
        self.sheet.page.line(self.sheet.left, y - 1.2 * style.size, self.sheet.right, y - 1.2 * style.size)
        self.write(y, texts, bold=True)
        if second:
            y += style.size * 1.15
            self.write(y, second, bold=True)
        self.sheet.page.line(self.sheet.left, y + 0.6 * style.size, self.sheet.right, y + 0.6 * style.size)
        return y + self.pitch * 1.4

    def cells(self, index, item):
        """The texts of one row but for its description."""
        style = self.sheet.style
        return {"pos": str(index + 1), "sku": self.invoice["skus"][index], "unit": self.invoice["units"][index],
                "quantity": style.number(item["quantity"]), "tax": plain_rate(style, item["rate"]) + "%",
                "unit_price": style.money(item["unit_price"], style.sign_in_table),
                "amount": style.money(item["amount"], style.sign_in_table)}


def plain_rate(style, rate):
    """A tax rate as the style writes it: "19", "8,1"."""
    return plain(rate).replace(".", style.marks[1])


def total_rows(style, invoice):
    """The rows (label, value, field) of the totals; two tax rates make two rows that carry no field."""
    rows = [(style.label("net_total"), style.money(invoice["net"]), "net_total")]
    for rate, (_, tax) in invoice["taxes"].items():
        label = style.label("tax_total", rate=plain_rate(style, rate))
        if len(invoice["taxes"]) > 1 and "{rate}" not in style.words["tax_total"]:
            label += " %s%%" % plain_rate(style, rate)
        rows.append((label, style.money(tax), "tax_total"))
    return rows + [(style.label("gross_total"), style.money(invoice["gross"]), "gross_total")]


def included_rows(style, invoice):
    """The totals of an invoice that names only the gross total and the tax inside it."""
    total, tax = style.words["included"]
    rate = plain_rate(style, next(iter(invoice["taxes"])))
    return [(total, style.money(invoice["gross"]), "gross_total"),
            (tax.format(rate=rate), style.money(invoice["tax"]), "tax_total")]


def draw_totals(sheet, rows, y, label_x):
    """Draws totals below one another, values at the right margin; returns the y below."""
    if y + len(rows) * sheet.style.size * 1.6 > sheet.bottom:
        y = sheet.new_page()
    for label, value, field in rows:
        bold = field == "gross_total"
        sheet.text(label_x, y, label + sheet.style.colon, bold=bold)
        sheet.text(sheet.right - 5, y, value, field, bold=bold, align="right")
        y += sheet.style.size * 1.6
    return y


def draw_totals_across(sheet, rows, y):
    """Draws totals as a small table: labels in one row, values in the next; returns the y below."""
    step = (sheet.right - sheet.left) / len(rows)
    for index, (label, value, field) in enumerate(rows):
        x = sheet.left + step * (index + 1) - 5
        sheet.text(x, y, label, align="right", bold=True)
        sheet.text(x, y + sheet.style.size * 1.5, value, field, align="right")
    return y + sheet.style.size * 3.2
