"""Five ways to lay an invoice out. Each draws everything above the table and returns the y where the table begins.

`rows` are the (label, value, field) triples of number, dates and the other references.
"""
import pdf


def _party(sheet, who):
    return [who["name"], who["street"], who["city"]]


def _named(sheet, x, y, who, field, **options):
    """Writes an address whose first line is the value of `field`."""
    sheet.text(x, y, who["name"], field, **options)
    return sheet.lines(x, y + sheet.style.size * sheet.style.pitch, _party(sheet, who)[1:])


def classic(sheet, invoice, rows):
    """Seller's name large on the left, title and references on the right, a labelled buyer below."""
    style = sheet.style
    sheet.text(sheet.left, 62, invoice["seller"]["name"], "seller", size=15, bold=True)
    sheet.lines(sheet.left, 82, _party(sheet, invoice["seller"])[1:], size=8.5, pitch=11)
    sheet.text(sheet.right, 112, style.label("title"), size=22, bold=True, align="right")
    end = sheet.pairs(sheet.right - 190, sheet.right - 95, 140, rows)
    sheet.text(sheet.left, 140, style.label("buyer") + style.colon, bold=True)
    _named(sheet, sheet.left, 140 + style.size * 1.5, invoice["buyer"], "buyer")
    return max(end, 225) + 30


def window(sheet, invoice, rows):
    """A business letter: a small line with the sender, the buyer in the address window, references on the right."""
    style, seller = sheet.style, invoice["seller"]
    if invoice["logo"]:
        sheet.text(sheet.right, 60, seller["name"].split()[0].upper(), size=20, bold=True, align="right")
    separator = invoice["separator"]
    box = sheet.text(sheet.left, 128, seller["name"] + separator.rstrip(), "seller", size=7)
    sheet.text(box[2] + 2, 128, seller["street"] + separator + seller["city"], size=7)
    _named(sheet, sheet.left, 148, invoice["buyer"], "buyer")
    number = rows[0]
    width = pdf.text_width(invoice["buyer"]["name"], style.size)
    end = sheet.pairs(max(sheet.right - 200, sheet.left + width + 15), sheet.right, 148, rows[1:], align="right")
    y = max(end, 240) + 25
    box = sheet.text(sheet.left, y, number[0] + style.colon + " ", size=13, bold=True)
    sheet.text(box[2] + 2, y, number[1], number[2], size=13, bold=True)
    if invoice["greeting"]:
        greeting = {"en": ("Dear Sir or Madam,", "we charge for our work as follows:"),
                    "de": ("Sehr geehrte Damen und Herren,", "wir berechnen Ihnen unsere Leistungen wie folgt:")}
        y = sheet.lines(sheet.left, y + 25, greeting[style.lang])
    return y + 30


def boxed(sheet, invoice, rows):
    """Labels above their values in a band; seller and buyer side by side, both labelled."""
    style = sheet.style
    sheet.text(sheet.left, 65, style.label("title"), size=20, bold=True)
    middle = (sheet.left + sheet.right) / 2
    for x, who, field in ((sheet.left, "seller", "seller"), (middle, "buyer", "buyer")):
        sheet.text(x, 95, style.label(field), size=8, bold=True)
        _named(sheet, x, 108, invoice[who], field)
    y = 175
    sheet.page.box(sheet.left - 4, y - 12, sheet.right, y + 22, 0.92)
    step = (sheet.right - sheet.left) / len(rows)
    for index, (label, value, field) in enumerate(rows):
        sheet.text(sheet.left + index * step, y, label, size=min(8, style.size), bold=True)
        sheet.text(sheet.left + index * step, y + 15, value, field, size=min(9.5, style.size))
    return y + 55


def modern(sheet, invoice, rows):
    """The title with the number in one line, a centred letterhead, references on the left, the buyer on the right."""
    style, seller = sheet.style, invoice["seller"]
    middle = (sheet.left + sheet.right) / 2
    sheet.text(middle, 58, seller["name"], "seller", size=17, bold=True, align="center")
    sheet.text(middle, 73, "%s, %s" % (seller["street"], seller["city"]), size=8, align="center")
    title = {"en": "Invoice ", "de": "Rechnung "}[style.lang] + invoice["number_sign"]
    box = sheet.text(sheet.left, 118, title, size=16)
    sheet.text(box[2], 118, rows[0][1], rows[0][2], size=16)
    sheet.page.line(sheet.left, 126, sheet.right, 126, 1)
    end = sheet.pairs(sheet.left, sheet.left + 110, 150, rows[1:])
    sheet.text(middle + 20, 150, style.label("buyer") + style.colon)
    _named(sheet, middle + 20, 150 + style.size * style.pitch, invoice["buyer"], "buyer", bold=True)
    return max(end, 215) + 25


def plain(sheet, invoice, rows):
    """No letterhead: the seller's address on the right, the buyer's label left of the name, then the references."""
    style = sheet.style
    box_x = sheet.right - max(170, pdf.text_width(invoice["seller"]["name"], style.size))
    _named(sheet, box_x, 60, invoice["seller"], "seller")
    sheet.text(box_x, 60 + style.size * style.pitch * 3, "Tel. 0%d 555 0%d" % (invoice["phone"]))
    sheet.text(sheet.left, 130, style.label("title"), size=14, bold=True)
    y = 155
    sheet.text(sheet.left, y, style.label("buyer") + style.colon)
    y = _named(sheet, sheet.left + 110, y, invoice["buyer"], "buyer")
    y = sheet.pairs(sheet.left, sheet.left + 110, y + 12, rows)
    return y + 25


ALL = (classic, window, boxed, modern, plain)
