"""Starting the programs that read PDFs, and what can go wrong with them."""
import os
import subprocess


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
        complaint = done.stderr.decode("utf-8", "replace").strip()
        if "loading language" in complaint or "load any languages" in complaint:
            raise ToolMissing("tesseract lacks a language: " + " ".join(complaint.split()))
        raise DocumentError("document_unreadable", "%s: %s" % (
            os.path.basename(argv[0]), " ".join(complaint.split())[:300] or "status %d" % done.returncode))
    return done.stdout


def check_document(path):
    """Raises DocumentError unless `path` is a file that begins like a PDF."""
    if not os.path.exists(path):
        raise DocumentError("document_missing", "no such file: %s" % path)
    if not os.path.isfile(path):
        raise DocumentError("document_unreadable", "not a regular file: %s" % path)
    try:
        with open(path, "rb") as file:
            # Readers accept some bytes of rubbish before the header.
            if b"%PDF-" not in file.read(1024):
                raise DocumentError("document_unreadable", "not a PDF: %s" % path)
    except OSError as error:
        raise DocumentError("document_unreadable", "%s: %s" % (error.strerror, path)) from error
