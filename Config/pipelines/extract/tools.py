"""Starting the programs that read PDFs, and what can go wrong with them."""
import os
import re
import subprocess

# What the programs complain of, and what that means for the person who sent the document.
REASONS = (
    (r"incorrect password|document is encrypted|encryption", "the document is protected by a password"),
    (r"document stream is empty|file is empty", "the document is empty"),
    (r"trailer|xref|catalog|page tree|document base stream", "the document is damaged or cut off"),
)


class DocumentError(Exception):
    """The document can't be read; `code` goes into the response."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class ToolMissing(Exception):
    """A program this pipeline needs is not installed, or lacks a language."""


def run(*argv):
    """Runs a program without a shell and returns its standard output as bytes."""
    try:
        # One thread per page: the daemon already runs several jobs side by side.
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=dict(os.environ, OMP_THREAD_LIMIT="1"))
    except FileNotFoundError as error:
        raise ToolMissing("%s is not installed" % argv[0]) from error
    except PermissionError as error:
        raise ToolMissing("%s can't be executed" % argv[0]) from error
    if done.returncode != 0:
        complaint = " ".join(done.stderr.decode("utf-8", "replace").split())
        if "loading language" in complaint or "load any languages" in complaint:
            raise ToolMissing("tesseract lacks a language: " + complaint)
        raise DocumentError("document_unreadable", reason(os.path.basename(argv[0]), complaint, done.returncode))
    return done.stdout


def reason(program, complaint, status):
    """Why a program refused a document, in plain words where they are known, with the program's own behind them."""
    own = "%s: %s" % (program, complaint[:300] or "status %d" % status)
    for pattern, words in REASONS:
        if re.search(pattern, complaint, re.I):
            return "%s (%s)" % (words, own)
    return own


def check_document(path):
    """Raises DocumentError unless `path` is a file that begins like a PDF."""
    if not os.path.exists(path):
        raise DocumentError("document_missing", "no such file: %s" % path)
    if not os.path.isfile(path):
        raise DocumentError("document_unreadable", "not a regular file: %s" % path)
    try:
        with open(path, "rb") as file:
            start = file.read(1024)
    except OSError as error:
        raise DocumentError("document_unreadable", "%s: %s" % (error.strerror, path)) from error
    if not start:
        raise DocumentError("document_unreadable", "the document is empty: %s" % path)
    # Readers accept some bytes of rubbish before the header.
    if b"%PDF-" not in start:
        raise DocumentError("document_unreadable", "not a PDF: %s" % path)
