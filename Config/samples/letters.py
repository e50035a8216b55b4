"""Letters: what they say and how they are drawn, with or without a letterhead."""
import datetime

import names
import pdf
from sheet import Sheet

PHRASES = {
    "en": {
        "subjects": ("Renewal of your service agreement", "Your enquiry about meeting rooms", "Change of our bank details",
                     "Invitation to the annual meeting", "Termination of contract 4711", "Your application as an engineer"),
        "openings": ("Dear Sir or Madam,", "Dear Ms Carter,", "Dear Mr Whitaker,", "Dear customer,"),
        "closings": ("Yours sincerely,", "Kind regards,", "Yours faithfully,", "Best regards,"),
        "reference": ("Our ref", "Reference", "Ref.", "Our reference", "Your ref"), "subject": ("Subject", "Re", "RE"),
        "date": ("Date", ""), "sender": "From", "recipient": "To",
        "body": ("Thank you for your message of last week. We have looked into the matter and are glad to tell you that "
                 "the work can begin as planned.",
                 "The invoice for the first part will reach you by the end of the month. Please let us know whether the "
                 "total of 1,250.00 is still within your budget.",
                 "If you have any questions, our team is happy to help you on weekdays between 9:00 and 17:00.",
                 "The agreement signed on 1 February 2022 remains valid until then, and nothing changes for you.")},
    "de": {
        "subjects": ("Verlängerung Ihres Wartungsvertrags", "Ihre Anfrage zu Besprechungsräumen",
                     "Änderung unserer Bankverbindung", "Einladung zur Jahresversammlung", "Kündigung des Vertrags 4711",
                     "Ihre Bewerbung als Ingenieurin"),
        "openings": ("Sehr geehrte Damen und Herren,", "Sehr geehrte Frau Schmidt,", "Sehr geehrter Herr Lang,",
                     "Guten Tag,"),
        "closings": ("Mit freundlichen Grüßen", "Freundliche Grüße", "Mit besten Grüßen", "Viele Grüße"),
        "reference": ("Unser Zeichen", "Aktenzeichen", "Ihr Zeichen", "Az.", "Geschäftszeichen"),
        "subject": ("Betreff", "Betr."), "date": ("Datum", ""), "sender": "Von", "recipient": "An",
        "body": ("vielen Dank für Ihre Nachricht aus der letzten Woche. Wir haben die Sache geprüft und freuen uns, Ihnen "
                 "mitteilen zu können, dass die Arbeiten wie geplant beginnen.",
                 "Die Rechnung über den ersten Teil geht Ihnen bis zum Ende des Monats zu. Bitte sagen Sie uns, ob der "
                 "Betrag von 1.250,00 noch in Ihren Rahmen passt.",
                 "Bei Fragen erreichen Sie uns an Werktagen zwischen 9:00 und 17:00 Uhr.",
                 "Die Vereinbarung vom 01.02.2022 gilt bis dahin weiter, für Sie ändert sich nichts.")},
}


def random_letter(rng, style):
    """A made-up letter in the style's language."""
    phrases = PHRASES[style.lang]
    sender = recipient = names.address(rng, style.lang, 0.2)
    while recipient["name"] == sender["name"]:
        recipient = names.address(rng, style.lang, 0.4)
    return {
        "sender": sender, "recipient": recipient,
        "date": datetime.date(2023, 1, 1) + datetime.timedelta(days=rng.randrange(1800)),
        "subject": rng.choice(phrases["subjects"]), "opening": rng.choice(phrases["openings"]),
        "closing": rng.choice(phrases["closings"]), "signature": rng.choice(names.PEOPLE[style.lang]),
        "body": rng.sample(phrases["body"], rng.randint(2, 4)), "head": rng.choice(("large", "small", "right", "memo")),
        "reference": rng.choice((None, "%s-%d" % (rng.choice(("AB", "K", "VW")), rng.randint(100, 9999)),
                                 "%d/%d" % (rng.randint(10, 99), rng.randint(1000, 9999)))),
        "reference_label": rng.choice(phrases["reference"]), "date_label": rng.choice(phrases["date"]),
        "subject_label": rng.choice(phrases["subject"] + ("",)),
        "subject_place": rng.choice(("before", "after")) if style.lang == "en" else "before",
    }


def draw_letter(style, letter):
    """Returns the Sheet and the expected fields."""
    sheet = Sheet(style)
    y = _memo_head(sheet, letter) if letter["head"] == "memo" else _address_head(sheet, letter)
    y += 30
    if letter["subject_place"] == "before" and letter["head"] != "memo":
        y = _subject(sheet, letter, y) + 14
    y = sheet.lines(sheet.left, y, [letter["opening"]]) + 8
    if letter["subject_place"] == "after" and letter["head"] != "memo":
        y = _subject(sheet, letter, y) + 8
    for paragraph in letter["body"]:
        y = sheet.lines(sheet.left, y, sheet.wrap(paragraph, sheet.right - sheet.left)) + 8
    sheet.lines(sheet.left, y + 10, [letter["closing"]])
    sheet.lines(sheet.left, y + 60, [letter["signature"]])
    fields = {"sender": letter["sender"]["name"], "recipient": letter["recipient"]["name"],
              "date": letter["date"].isoformat(), "subject": letter["subject"], "reference": letter["reference"]}
    return sheet, {name: value for name, value in fields.items() if value}


def _labelled(sheet, x, y, label, value, field):
    """Writes "Label: value" in one line."""
    if label:
        x = sheet.text(x, y, label + ": ")[2] + 1
    sheet.text(x, y, value, field)


def _subject(sheet, letter, y):
    style = sheet.style
    x = sheet.left
    if letter["subject_label"]:
        x = sheet.text(x, y, letter["subject_label"] + ": ", bold=True)[2] + 1
    sheet.text(x, y, letter["subject"], "subject", bold=True)
    return y + style.size * style.pitch


def _address_head(sheet, letter):
    """Sender above, recipient in the window, date and reference on the right; returns the y below."""
    sender, recipient, style = letter["sender"], letter["recipient"], sheet.style
    if letter["head"] == "large":
        sheet.text(sheet.left, 60, sender["name"], "sender", size=16, bold=True)
        sheet.lines(sheet.left, 76, [sender["street"] + ", " + sender["city"]], size=8)
    elif letter["head"] == "small":
        sheet.text(sheet.left, 125, " · ".join([sender["name"], sender["street"], sender["city"]]), "sender", size=7)
    else:
        x = sheet.right - max(160, pdf.text_width(sender["name"], style.size))
        sheet.lines(x, 60, [sender["name"], sender["street"], sender["city"]])
    y = sheet.lines(sheet.left, 145, [recipient["name"], recipient["street"], recipient["city"]])
    x = sheet.right - 160
    day = style.date(letter["date"])
    if not letter["date_label"] and style.lang == "de":
        box = sheet.text(x, y + 10, "Berlin, den ")
        sheet.text(box[2] + 1, y + 10, day, "date")
    else:
        _labelled(sheet, x, y + 10, letter["date_label"], day, "date")
    if letter["reference"]:
        y += style.size * style.pitch
        _labelled(sheet, x, y + 10, letter["reference_label"], letter["reference"], "reference")
    return y + 10


def _memo_head(sheet, letter):
    """From, to, date and subject as labels on the left; returns the y below."""
    phrases = PHRASES[sheet.style.lang]
    rows = [(phrases["sender"], letter["sender"]["name"], "sender"),
            (phrases["recipient"], letter["recipient"]["name"], "recipient"),
            (phrases["date"][0], sheet.style.date(letter["date"]), "date"),
            (phrases["subject"][0], letter["subject"], "subject")]
    if letter["reference"]:
        rows.insert(3, (letter["reference_label"], letter["reference"], "reference"))
    return sheet.pairs(sheet.left, sheet.left + 100, 80, rows)
