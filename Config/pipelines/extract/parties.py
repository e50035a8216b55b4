"""Who writes and who is written to: names in address blocks, letterheads, sender lines and after labels."""
import re
from typing import NamedTuple

from document import is_city, is_name, is_street
from lexicon import INVOICE, LETTER, compact
from lines import Run

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
    for block in document.blocks:
        block = [run for run in block if run.y0 < document.height * 0.5 and not _sender(run)]
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
        if compact(run.text) in SALUTATIONS or compact(run.text.strip(":")) in INVOICE or compact(run.text) in LETTER:
            continue
        name = document.name(run)
        return Party(*name) if name else None
    return None


def sender_line(document):
    """The name in the first line that gives a sender's name, street and town, or None."""
    runs = [run for line in document.first_page for run in line.runs if run.y0 < document.height * 0.4]
    return next(filter(None, map(_sender, runs)), None)


def _sender(run):
    """The name in "Name · Street 1 · 12345 Town", or None."""
    parts = re.split(r"\s*[·•|–—∙*]\s*|\s+-\s+|,\s+", run.text)
    if len(parts) < 3 or not is_name(parts[0]) or not any(is_street(part) for part in parts[1:]) \
            or not any(is_city(part) for part in parts[1:] + [run.text]):
        return None
    return Party(parts[0].strip(), run.between(0, len(parts[0])))


def letterhead(document):
    """The name written largest on the top of the first page, or None."""
    lines = document.first_page
    sizes = sorted(run.size for line in lines for run in line.runs)
    normal = sizes[len(sizes) // 2] if sizes else 0
    runs = [run for line in lines for run in line.runs
            if run.y0 < document.height * 0.25 and run.size > 1.2 * normal and _may_be_head(run)]
    best = max(runs, key=lambda run: round(run.size), default=None)
    return best and Party(best.text, best.words)


def _may_be_head(run):
    first = compact(run.words[0].text)
    return is_name(run.text) and first not in TITLES and compact(run.text) not in TITLES \
        and not compact(run.text) in INVOICE


def company(document, others):
    """The first run of the first page that ends in a legal form and is none of `others`, or None."""
    for line in document.first_page:
        for run in line.runs:
            if LEGAL_FORM.search(run.text) and is_name(run.text) and len(run.words) < 9 and run.text not in others:
                return Party(run.text, Run(run.words).words)
    return None
