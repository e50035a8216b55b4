"""Making the picture of a page easier to read: paper becomes white, and ruled lines, often read as letters, go."""
import re

# In pixels: a line is at least this long, and this far off its middle there is paper on both sides.
SHORTEST, BESIDE = 70, 7
DARK = bytes(value < 175 for value in range(256))
_LINE = re.compile(b"\x01{%d,}" % SHORTEST)


def clean_picture(path):
    """Whitens the paper and thin horizontal and vertical lines in a binary PGM file."""
    with open(path, "rb") as file:
        picture = bytearray(file.read())
    header = re.match(rb"P5\s+(\d+)\s+(\d+)\s+255\s", picture)
    if not header:
        return
    width, height, offset = int(header[1]), int(header[2]), header.end()
    dark = bytes(picture[offset:]).translate(DARK)
    for first, step, length, aside in ([(row * width, 1, width, width) for row in range(height)]
                                       + [(column, width, height, 1) for column in range(width)]):
        line = dark[first:first + length * step:step]
        for match in _LINE.finditer(line):
            middle = first + (match.start() + match.end()) // 2 * step
            if _is_paper(dark, middle - BESIDE * aside) and _is_paper(dark, middle + BESIDE * aside):
                start, end = offset + first + match.start() * step, offset + first + match.end() * step
                picture[start:end:step] = b"\xff" * (match.end() - match.start())
    picture[offset:] = picture[offset:].translate(contrast(picture[offset::101]))
    with open(path, "wb") as file:
        file.write(picture)


def turn_picture(path, degrees):
    """Turns a binary PGM file clockwise by 90, 180 or 270 degrees."""
    with open(path, "rb") as file:
        picture = file.read()
    header = re.match(rb"P5\s+(\d+)\s+(\d+)\s+255\s", picture)
    width, height, dots = int(header[1]), int(header[2]), picture[header.end():]
    if degrees == 180:
        turned = dots[::-1]
    else:
        columns = [dots[column::width] for column in range(width)]
        turned = b"".join(column[::-1] for column in columns) if degrees == 90 else b"".join(reversed(columns))
        width, height = height, width
    with open(path, "wb") as file:
        file.write(b"P5\n%d %d\n255\n" % (width, height) + turned)


def contrast(sample):
    """A table of 256 grays that makes paper white and ink dark, judged by some pixels of a page."""
    sample = sorted(sample)
    paper, ink = sample[len(sample) // 2], sample[len(sample) // 200]
    low, high = ink - (paper - ink) / 4, ink + max(1, paper - ink) * 3 / 4
    return bytes(min(255, max(0, int((gray - low) * 255 / (high - low)))) for gray in range(256))


def _is_paper(dark, position):
    return not (0 <= position < len(dark) and dark[position])
