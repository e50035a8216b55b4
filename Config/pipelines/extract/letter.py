"""The fields of a letter."""
import re

import parties
from document import is_city
from labels import Labels, line_labels
from lexicon import LETTER as LABELS
from lines import Run, field

OPENING = re.compile(r"(dear|sehr geehrte[rs]?|liebe[rs]?|hello|hallo|guten tag|to whom it may concern|good morning)\b",
                     re.I)
CLOSING = re.compile(r"(yours (sincerely|faithfully|truly)|(kind|best|warm) (regards|wishes)|sincerely|regards|"
                     r"(mit |viele |beste |herzliche )?(freundlichen?|vielen?|besten?|herzlichen?)? ?gr(ü|u|ue)(ß|ss|B)en?)",
                     re.I)


class Letter:
    """Reads a document as a letter; `fields` holds what was found, `signs` how sure it is one."""

    def __init__(self, document):
        self.document = document
        self.opening = self._first(OPENING)
        self.closing = self._first(CLOSING, (self.opening or -1) + 1)
        # Labels belong above the opening; below it there is running text.
        end = len(document.lines) if self.opening is None else self.opening
        self.labels = Labels(document.lines, LABELS, skip=range(end, len(document.lines)))
        self.fields = {}
        self._read_parties()
        self._read_heading(end)
        self.signs = 2 * (self.opening is not None) + 2 * (self.closing is not None) + ("subject" in self.fields)

    def _first(self, pattern, start=0):
        for number in range(start, len(self.document.lines)):
            line = self.document.lines[number]
            if pattern.match(line.text) and len(line.words) < 9:
                return number
        return None

    def _read_parties(self):
        """Labels first; then a letterhead; of two addresses the upper one is the sender's."""
        document = self.document
        recipient = parties.labelled(document, self.labels, "recipient")
        found = [party for party in parties.addresses(document) if not recipient or party.name != recipient.name]
        sender = parties.labelled(document, self.labels, "sender") or parties.sender_line(document) \
            or parties.letterhead(document, recipient) or (found[0] if found and (recipient or len(found) > 1) else None) \
            or self._signature()
        if not recipient:
            recipient = next((party for party in found if not sender or party.name != sender.name), None)
        for name, party in (("sender", sender), ("recipient", recipient)):
            if party:
                self.fields[name] = field(*party)

    def _signature(self):
        """The first name below the closing."""
        if self.closing is None:
            return None
        for line in self.document.lines[self.closing + 1:self.closing + 6]:
            name = self.document.name(line.runs[0])
            if name:
                return parties.Party(*name)
        return None

    def _read_heading(self, end):
        """Date, reference and subject, by their labels or by their places around the opening."""
        dates = self.labels.candidates("date", self.document.date)
        date = (dates[0].value, dates[0].words) if dates else self._first_date(end)
        references = self.labels.candidates("reference", self.document.identifier)
        subject = self._labelled_subject() or self._subject_by_place()
        if date:
            self.fields["date"] = field(*date)
        if references:
            self.fields["reference"] = field(references[0].value, references[0].words)
        if subject:
            self.fields["subject"] = field(" ".join(word.text for word in subject), subject)

    def _first_date(self, end):
        """The first date above the opening that no label claims for something else."""
        for number, line in enumerate(self.document.lines[:end]):
            found = self.document.date(Run(line.words))
            if found and not any(label.field == "OTHER_DATE" for label in self.labels.found[number]):
                return found
        return None

    def _labelled_subject(self):
        """What follows "Subject:" or "Betreff" at the beginning of a run, above the opening or right below it."""
        for line in self.document.lines[:None if self.opening is None else self.opening + 3]:
            for label in line_labels(line, LABELS):
                if label.field == "subject" and label.start == 0:
                    words = [word for run in line.runs[label.run:] for word in run.words][label.end:]
                    words = words[1:] if words and words[0].text == ":" else words
                    if words:
                        return words
        return None

    def _subject_by_place(self):
        """The short paragraph right before the opening, or right after it."""
        if self.opening is None:
            return None
        for number, step in ((self.opening - 1, -1), (self.opening + 1, 1)):
            paragraph = self._paragraph(number, step)
            if paragraph and self._may_be_subject(paragraph):
                return [word for line in paragraph for word in line.words]
        return None

    def _paragraph(self, number, step):
        """The lines set close together from line `number` on, upwards (-1) or downwards (1), in reading order."""
        lines = self.document.lines
        found = lines[number:number + 1] if number >= 0 else []
        while found and 0 <= number + step < len(lines):
            if self._apart(lines[number], lines[number + step]):
                break
            number += step
            found.append(lines[number])
        return sorted(found, key=lambda line: (line.page, line.row))

    @staticmethod
    def _apart(line, other):
        return line.page != other.page or abs(line.row - other.row) > 1.62 * max(line.size, other.size)

    def _may_be_subject(self, paragraph):
        """Whether a paragraph is short, no sentence, and neither address nor date."""
        text = " ".join(line.text for line in paragraph)
        return len(paragraph) <= 2 and all(len(line.runs) == 1 for line in paragraph) and len(text) < 120 \
            and text[-1] not in ".,;:" and not self.document.date(Run(paragraph[0].words)) \
            and not any(is_city(line.text) for line in paragraph)
