"""Makes a document look scanned: a little crooked, grainy, gray, and without any text in it."""
import math
import os
import subprocess
import tempfile

import pdf


def scanned(document, rng, dpi=150, quality=45):
    """Returns a new Pdf whose pages are pictures of `document`; needs pdftoppm."""
    copy = pdf.Pdf(document.size)
    for page in document.pages:
        picture = _photograph(_worn(page, rng), dpi, quality)
        copy.page().image(picture, *_frame(picture), "DCTDecode")
    return copy


def _worn(page, rng):
    """A copy of the page, turned by up to half a degree, with specks and grain on gray paper."""
    worn = pdf.Page((page.width, page.height))
    angle = math.radians(rng.uniform(-0.5, 0.5))
    cos, sin = math.cos(angle), math.sin(angle)
    x, y = page.width / 2, page.height / 2
    turn = (cos, sin, -sin, cos, x - x * cos + y * sin, y - x * sin - y * cos)
    worn.box(0, 0, page.width, page.height, 0.97)
    worn.operators.append("q %.5f %.5f %.5f %.5f %.3f %.3f cm 0.1 g" % turn)
    worn.operators.extend(page.operators)
    worn.operators.append("Q")
    for _ in range(40):
        left, top = rng.uniform(0, page.width), rng.uniform(0, page.height)
        worn.box(left, top, left + rng.uniform(0.2, 0.7), top + rng.uniform(0.2, 0.7), rng.uniform(0.4, 0.8))
    worn.opacity = 0.08
    grain = (600, 850)
    worn.operators.append("q /Faint gs")
    worn.image(bytes(rng.getrandbits(8) for _ in range(grain[0] * grain[1])), grain, 1)
    worn.operators.append("Q")
    return worn


def _photograph(page, dpi, quality):
    """The page as JPEG bytes."""
    document = pdf.Pdf((page.width, page.height))
    document.pages.append(page)
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, "page.pdf"), os.path.join(folder, "page")
        document.save(source)
        subprocess.run(["pdftoppm", "-jpeg", "-jpegopt", "quality=%d" % quality, "-gray", "-singlefile",
                        "-r", str(dpi), source, target], check=True)
        with open(target + ".jpg", "rb") as file:
            return file.read()


def _frame(jpeg):
    """The size (width, height) of a JPEG and its number of colours, from its frame header."""
    position = 2
    while jpeg[position + 1] not in (0xC0, 0xC1, 0xC2):
        position += 2 + int.from_bytes(jpeg[position + 2:position + 4], "big")
    height, width = (int.from_bytes(jpeg[start:start + 2], "big") for start in (position + 5, position + 7))
    return (width, height), jpeg[position + 9]
