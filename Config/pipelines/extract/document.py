"""A document as lines, with its habits of writing numbers and dates, and the readers of values that follow them."""
import re

from lines import blocks, page_lines
from values import decimal_mark, find_amounts, find_currency, find_dates, find_iban, month_comes_first


class Document:
    """The pages' lines in reading order; each reader takes a Run and returns (value, words) or None."""

    def __init__(self, pages):
        self.pages = pages
        self.recognised = {page.number for page in pages if page.source == "ocr"}
        self.lines = [line for page in pages for line in page_lines(page)]
        texts = [line.text for line in self.lines]
        self.mark = decimal_mark(texts)
        self.month_first = month_comes_first(texts)
        self.width, self.height = (pages[0].width, pages[0].height) if pages else (0, 0)
        self.first_page = [line for line in self.lines if line.page == 1]
        self.blocks = blocks(self.first_page)

    def date(self, run):
        """The first date of a run."""
        dates = find_dates(run.text, self.month_first)
        return (dates[0].value, run.between(dates[0].start, dates[0].end)) if dates else None

    def amount(self, run):
        """The last amount of a run; a bare number only when there is nothing better."""
        amounts = find_amounts(run.text, self.mark)
        exact = [amount for amount in amounts if amount.exact] or amounts
        return (exact[-1].value, run.between(exact[-1].start, exact[-1].end)) if exact else None

    def exact_amount(self, run):
        """The last amount that has decimals or a currency."""
        amounts = [amount for amount in find_amounts(run.text, self.mark) if amount.exact]
        return (amounts[-1].value, run.between(amounts[-1].start, amounts[-1].end)) if amounts else None

    def identifier(self, run):
        """A number such as "INV-2026-0042" or "RE 2026-117" at the beginning of a run: it holds a digit, and is no date."""
        words = list(run.words)
        while words and not any(char.isalnum() for char in words[0].text):
            words.pop(0)
        taken = words[:_identifier_length([word.text.lstrip("#:(") for word in words])]
        text = self._joined(taken).strip("#:.,;()[] ")
        if not taken or (self.date(run) or (None, []))[1][:1] == taken[:1]:
            return None
        return text, taken

    def _joined(self, words):
        """The words' text; in a scan a gap narrower than a blank is none."""
        text = words[0].text if words else ""
        for before, word in zip(words, words[1:]):
            torn = word.page in self.recognised and word.x0 - before.x1 < 0.34 * word.size
            text += ("" if torn else " ") + word.text
        return text

    def currency(self, run):
        """The first currency of a run."""
        found = find_currency(run.text)
        return found and (found.value, run.between(found.start, found.end))

    def iban(self, run):
        """The first valid IBAN of a run."""
        found = find_iban(run.text)
        return found and (found.value, run.between(found.start, found.end))

    def name(self, run):
        """The text of a run that may be a name."""
        words = run.words[1:] if run.words[0].text in (":", "-") else run.words
        text = " ".join(word.text for word in words).strip(" :,;|")
        return (text, words) if is_name(text) else None


def _identifier_length(texts):
    """How many words from the first on form one identifier."""
    if not texts:
        return 0
    length = 1
    if not _has_digit(texts[0]):
        if len(texts) < 2 or not re.fullmatch(r"[A-Z]{1,5}[-.]?", texts[0]) or not _has_digit(texts[1]):
            return 0
        length = 2
    if "." in texts[0] and re.fullmatch(r"[\d.,]+[.,]\d\d", texts[0].strip("()")):
        return 0  # An amount.
    while length < len(texts) and re.fullmatch(r"[-/]?\d[\d/-]*", texts[length]) and texts[length - 1][-1] not in ",;":
        length += 1
    return length


def _has_digit(text):
    return any(char.isdigit() for char in text)


def is_name(text):
    """Whether a text may name a person or a company: mostly letters, no address, no label."""
    letters = sum(char.isalpha() for char in text)
    if letters < 3 or letters * 2 < len(text.replace(" ", "")) or text.endswith(":"):
        return False
    return not (is_street(text) or is_city(text) or "@" in text or re.search(r"\b(www\.|tel\b|fax\b|phone\b)", text, re.I))


def is_street(text):
    """Whether a line looks like a street with its number."""
    return bool(re.match(r"\d+[a-z]?(-\d+)?,? +[^\W\d]", text) or re.search(r"[^\W\d][.)]? \d+ ?[a-z]?(-\d+)?$", text)
                or re.match(r"(p\.? ?o\.? ?box|postfach)\b", text, re.I))


def is_city(text):
    """Whether a line looks like a town with its postcode (German, Austrian, Swiss, Dutch, British, American)."""
    return bool(re.match(r"([A-Z]{1,2}-)?\d{4,5} (?:[A-Z]{2} )?[^\W\d]{2}", text)
                or re.search(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$", text)
                or re.search(r", ?[A-Z]{2} \d{5}(-\d{4})?$", text))
