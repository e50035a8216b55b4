#!/usr/bin/env python3
"""The same extraction as extract.py, kept warm: an example of a `worker` pipeline. What it reads and returns is the same."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "client"))

import ix_pipeline
from extract import extract, requested_document
from tools import DocumentError, ToolMissing


def run(request, job):
    try:
        path = requested_document(request)
    except ValueError as error:
        raise ix_pipeline.Discard("pipeline_discarded", "bad request: %s" % error)

    def report(page, pages):
        job.progress(round(page / pages, 3), "page %d of %d" % (page, pages))

    try:
        return {"error": None, "result": extract(path, report)}
    except DocumentError as error:
        return {"error": {"code": error.code, "message": str(error)}, "result": None}
    except ToolMissing as error:
        raise ix_pipeline.Retry("misconfigured: %s" % error)


if __name__ == "__main__":
    ix_pipeline.serve(run)
