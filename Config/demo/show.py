#!/usr/bin/env python3
"""Shows one job for people: show.py JOB.json CALLBACKS.jsonl DAEMON.log [brief]

Exits 1 unless the job is done, its callback was delivered, its signature is valid, and the body received is the stored response.
"""
import json
import re
import sys


def life(job, log_path):
    """The daemon's lines about this job: time and message."""
    with open(log_path, encoding="utf-8") as log:
        for line in log:
            if "job_id=" + job["job_id"] in line and "pipeline stderr" not in line:
                time, _, message = line.split(None, 2)
                yield time, re.split(r" \w+=", message)[0].rstrip()


def fields(response):
    """The extracted fields, each with where it stands in the document."""
    for name, field in (response.get("result") or {}).get("fields", {}).items():
        if isinstance(field.get("value"), list):
            yield name, "%d items" % len(field["value"]), None
            continue
        places = field.get("provenance") or []
        yield name, field.get("value"), places[0] if places else None


def main(job_path, callbacks_path, log_path, form=""):
    with open(job_path, encoding="utf-8") as source:
        job = json.load(source)
    response = job["response"] or {}
    result = response.get("result") or {}
    print("\n%s  %s  (%s, %s)" % (job["request_id"], job["status"], result.get("document_type"), result.get("source")))
    if form == "brief":
        print("  %d fields" % len(list(fields(response))))
    for time, message in life(job, log_path) if form != "brief" else ():
        print("  %s  %s" % (time, message))
    for name, value, place in fields(response) if form != "brief" else ():
        where = ""
        if place:
            where = "   page %s at %s: %r" % (place["page"], [round(x) for x in place["bbox"]], place["text"])
        print("    %-16s %s%s" % (name, str(value).replace("\n", " / "), where))
    with open(callbacks_path, encoding="utf-8") as source:
        received = [json.loads(line) for line in source if "/callbacks/" + job["request_id"] in line]
    bodies = [json.loads(callback["body"]) for callback in received]
    genuine = all(callback["genuine"] for callback in received)
    print("  callback: %s, %d received, %s, %s" % (
        job["callback_status"], len(bodies), "the response as stored" if bodies == [response] else "NOT the response",
        "signature valid" if genuine else "signature INVALID"))
    ok = job["status"] == "done" and job["callback_status"] == "delivered" and bodies == [response] and genuine
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
