"""Secrets cut out of text by their shape: the last net before a log, a file or the screen."""

from __future__ import annotations

import re
from typing import Final

_MARK: Final = "[redacted]"

# A JSON web token: its header always begins with `{"`, which is `eyJ` in base64url. The payload
# and signature may be missing when the text was cut.
_WEB_TOKEN: Final = re.compile(r"eyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*){0,4}")

# Key ids of long-term (AKIA) and session (ASIA) keys: 4 + 16 characters.
_ACCESS_KEY: Final = re.compile(r"(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{12,}(?![A-Z0-9])")

# STS session tokens: base64 of a protocol buffer whose first bytes are stable.
_SESSION_TOKEN: Final = re.compile(
    r"(?:IQoJb3JpZ2lu|F[A-Za-z0-9]{2}GZXIvYXdz|AQoDYXdz)[A-Za-z0-9+/=_%-]*"
)

# A secret access key stands alone, has 40 characters, and is no hexadecimal digest.
_SECRET_KEY: Final = re.compile(
    r"(?<![A-Za-z0-9+/=_.-])(?=[A-Za-z0-9+/]{0,39}[A-Z])(?=[A-Za-z0-9+/]{0,39}[a-z])"
    r"(?=[A-Za-z0-9+/]{0,39}[0-9])(?![0-9a-fA-F]{40})[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=_.-])"
)

_NAMES: Final = (
    r"token-0|x-amz-security-token|x-amz-signature|(?:proxy-)?authorization"
    r"|(?:aws_?)?session_?token|(?:aws_?)?secret_?(?:access_?)?key|(?:access|refresh|id)_?token"
    r"|(?:jwt)?web_?identity_?token|client_?secret|device_?code"
    r"|proxy_?(?:pwd|password)|password|pwd"
)
# `name = value`, `"name": "value"`, `<Name>value</Name>`, `name: Bearer value`.
_NAMED: Final = re.compile(
    rf"(?P<name>(?<![A-Za-z])(?:{_NAMES}))(?P<sign>[\"']?\s*[=:>]\s*[\"']?)"
    r"(?P<scheme>(?:Bearer|Basic)\s+)?(?P<value>\{(?:[^}\n]|\}\})*\}?|[^\s\"'<>;&,{}][^\s\"'<>;&,]*)",
    re.IGNORECASE,
)
# Anchored and bounded: a long run of letters must not be scanned from each of them.
_USERINFO: Final = re.compile(
    r"(?<![a-z0-9+.-])(?P<scheme>[a-z][a-z0-9+.-]{0,30}://)[^\s/@:]{1,256}:[^\s/@]{1,1024}@",
    re.IGNORECASE,
)


def redact(text: str) -> str:
    """Return the text with everything that looks like a secret replaced by a mark.

    It knows JSON web tokens, AWS key ids, secret keys and session tokens, values beside a secret's
    name (such as ``Token-0`` in S3's ``ExpiredToken`` reply) and passwords in URLs. It prefers
    cutting too much to showing too much.
    """
    text = _NAMED.sub(lambda found: f"{found['name']}{found['sign']}{_MARK}", text)
    text = _USERINFO.sub(lambda found: f"{found['scheme']}{_MARK}@", text)
    for shape in (_WEB_TOKEN, _SESSION_TOKEN, _ACCESS_KEY, _SECRET_KEY):
        text = shape.sub(_MARK, text)
    return text
