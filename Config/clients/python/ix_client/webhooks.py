"""Signatures of callbacks, in the form of Standard Webhooks."""
import base64
import hashlib
import hmac
import time
from typing import Iterable, Mapping, Union


class BadSignature(Exception):
    """A callback that nobody with the secret signed, or signed too long ago."""


def verify_callback(secrets: Union[str, Iterable[str]], headers: Mapping[str, str], body: bytes,
                    tolerance: float = 300.0) -> str:
    """Returns the job's id (`webhook-id`). Raises BadSignature unless the bytes of `body` were signed with one of the secrets.

    `secrets` is one `whsec_…` or several, as while a secret is exchanged. The same id may come again: do the work once per id.
    """
    fields = {name.lower(): value for name, value in headers.items()}
    job_id, moment = fields.get("webhook-id", ""), fields.get("webhook-timestamp", "")
    if not moment.isdigit() or abs(time.time() - int(moment)) > tolerance:
        raise BadSignature("the callback has no time, or was sent too long ago")
    content = f"{job_id}.{moment}.".encode() + body
    given = [part[3:] for part in fields.get("webhook-signature", "").split() if part.startswith("v1,")]
    for secret in [secrets] if isinstance(secrets, str) else secrets:
        key = base64.b64decode(secret[len("whsec_"):] if secret.startswith("whsec_") else secret)
        expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
        if any(hmac.compare_digest(expected, one) for one in given):
            return job_id
    raise BadSignature("the callback's signature is another one")
