"""Who writes and who is written to: names in address blocks, letterheads, sender lines and after labels."""
import re
from typing import NamedTuple

from document import is_city, is_name, is_street
from lexicon import INVOICE, LETTER, compact, key
from lines import Run

SEPARATOR = re.compile(r"\s*[·•|–—∙*+«»°:®]\s*|\s+-\s+|,\s+")
SALUTATIONS = {"herrn", "herr", "frau", "firma", "mr", "mrs", "ms", "an", "to", "z hd", "messrs", "company"}
LEGAL_FORM = re.compile(r"\b(Ltd|Limited|LLC|LLP|Inc|Corp|Corporation|plc|PLC|GmbH|AG|KG|OHG|UG|GbR|SE|e\.? ?K|e\.? ?V|"
                        r"S\.?A|B\.?V|N\.?V|Pty|S\.?r\.?l|AB|ApS|Oy)\b")
TITLES = ("invoice", "taxinvoice", "rechnung", "gutschrift", "creditnote", "receipt", "statement", "proforma", "bill",
          "angebot", "quotation", "lieferschein", "mahnung", "reminder", "original", "copy", "kopie", "page", "seite")


class Party(NamedTuple):
    """A name and the words it was read from."""

    name: str
    words: list


def labelled(document, labels, field):
    """The name after or below the best label of a party, or None."""
    found = []
    for number, line_labels in enumerate(labels.found):
        for label in line_labels:
            if label.field == field and label.start == 0:
                party = _named(document, labels, number, label)
                if party:
                    found.append((-label.weight, number, party))
    return min(found)[2] if found else None


def _named(document, labels, number, label):
    """The name in the rest of the label's run, right below the label, or in the next run."""
    head = labels.lines[number].runs[label.run]
    zone = labels.zone(number, label)
    below = labels.below(number, label)
    runs = [run for run in zone if run.words[0] in head.words]
    runs += [below[1]] if below and abs(below[1].x0 - head.x0) < 4 else []
    runs += [run for run in zone if run not in runs]
    for run in runs:
        name = _skip_salutation(document, run)
        if name:
            return Party(*name)
    return None


def _skip_salutation(document, run):
    """The name in a run; "Herrn" alone stands above the name."""
    if compact(run.text) not in SALUTATIONS:
        return document.name(run)
    block = next((block for block in document.blocks if any(other.words[0] == run.words[0] for other in block)), [])
    following = [other for other in block if other.row > run.row]
    return document.name(following[0]) if following else None


def addresses(document):
    """The names on top of address blocks in the upper half of the first page, from top to bottom."""
    found = []
    sender = _sender_line(document)
    for block in document.blocks:
        block = [run for run in block if run.y0 < document.height * 0.5 and not (sender and run.words[0] in sender[1])]
        for position, run in enumerate(block[1:5], 1):
            if is_city(run.text):
                name = _block_name(document, block[:position])
                if name:
                    found.append(name)
                break
    return found


def _block_name(document, runs):
    """The first line of a block that is a name, when a street or another line follows it."""
    for run in runs:
        if compact(run.text) in SALUTATIONS or key(run.text) in INVOICE or key(run.text) in LETTER:
            continue
        name = document.name(run)
        return Party(*name) if name else None
    return None


def sender_line(document):
    """The name in the line that gives a sender's name, street and town above an address window, or None."""
    found = _sender_line(document)
    return found and found[0]


def _sender_line(document):
    """The sender's Party and the words of its whole line, or None."""
    for line in document.first_page:
        for position, run in enumerate(line.runs):
            if run.y0 > document.height * 0.4:
                return None
            # A scan may have lost the dots and left wide blanks.
            for end in range(position + 1, position + 4):
                party = _sender(line.runs[position:end])
                if party:
                    return party, [word for part in line.runs[position:end] for word in part.words]
    return None


def _sender(runs):
    """The name in "Name · Street 1 · 12345 Town", or None."""
    parts = [part for run in runs for part in SEPARATOR.split(run.text)]
    name, rest = parts[0].strip(), parts[1:]
    form = LEGAL_FORM.search(name)
    if form and is_street(name):
        name, rest = name[:form.end()], [name[form.end():].strip()] + rest
    gaps = [after.x0 - before.x1 for before, after in zip(runs, runs[1:])]
    # The American "Austin, TX 78701" has been split at its comma.
    ends_in_city = any(is_city(end) for end in (", ".join(rest[-2:]), rest[-1] if rest else ""))
    if not ends_in_city or not any(map(is_street, rest[:-1])) or not is_name(name) or key(name) in INVOICE or max(gaps, default=0) > 1.5 * runs[0].size:
        return None
    return Party(name, runs[0].between(0, len(name)))


def letterhead(document, other=None):
    """The name written clearly largest on the top of the first page, unless it is the `other` party's, or None."""
    lines = document.first_page
    sizes = sorted(run.size for line in lines for run in line.runs)
    normal = sizes[len(sizes) // 2] if sizes else 0
    runs = [run for line in lines for run in line.runs
            if run.y0 < document.height * 0.25 and run.size > 1.3 * normal and _may_be_head(run)
            and not (other and run.text == other.name)]
    best = max(runs, key=lambda run: round(run.size), default=None)
    return best and Party(best.text, best.words)


def _may_be_head(run):
    text = compact(run.text)
    title = compact(run.words[0].text) in TITLES or text in TITLES \
        or ("invoice" in text and len(text) < 14)
    return is_name(run.text) and not title and key(text) not in INVOICE and len(text) > 4


def company(document, others):
    """The first run of the first page that ends in a legal form and is none of `others`, or None."""
    for line in document.first_page:
        for run in line.runs:
            if LEGAL_FORM.search(run.text) and is_name(run.text) and len(run.words) < 9 and run.text not in others:
                return Party(run.text, Run(run.words).words)
    return None
