"""Hides secrets in what leaves: by the names they stand under, and by what they look like.

A report is first looked through as bytes, for words without which no rule can apply: most
reports hold none, and stay as they are. The worker does it, so that the host need not wait.
"""

from __future__ import annotations

import json
import re
from typing import Any, Callable, List, Match, NamedTuple, Pattern, Tuple

from .outgoing import Outgoing
from .wire import encode

HIDDEN = "[hidden]"
OURS = ("report_id", "run", "occurred_at")  # made here: of digits, but no secrets


class Rule(NamedTuple):
    """One kind of secret. `hint` finds a place in lower case bytes wherever `secret` finds one."""

    hint: Callable[[bytes], object]
    secret: Pattern[str]
    hidden: Callable[[Match[str]], str]


def scrub(outgoing: Outgoing) -> None:
    """Rid a report of its secrets, once."""
    if not outgoing.is_clean:
        outgoing.incident = scrubbed(outgoing.incident)
        outgoing.is_clean = True


def scrubbed(incident: bytes) -> bytes:
    """Make an encoded incident without its secrets."""
    lowered = incident.lower()
    rules = [rule for rule in RULES if rule.hint(lowered)]
    if not rules:
        return incident
    whole = json.loads(incident)
    ours = {name: whole[name] for name in OURS if name in whole}
    return encode({**_cleaned(whole, rules), **ours})


def is_telling(name: str) -> bool:
    """Say whether what stands under a name is hidden, whatever it is."""
    return bool(_NAMED.search(name))


def _cleaned(value: Any, rules: List[Rule], name: str = "") -> Any:
    if name and value and is_telling(name):
        return HIDDEN
    if isinstance(value, str):
        return _hide(value, rules)
    if isinstance(value, dict):
        return {_hide(key, rules): _within(key, inner, rules) for key, inner in value.items()}
    if isinstance(value, list):
        return [_cleaned(inner, rules) for inner in value]
    return value


def _within(key: str, value: Any, rules: List[Rule]) -> Any:
    """Clean what stands under a key; log lines as one text, for a private key has many."""
    if key == "lines" and isinstance(value, list):
        return _hide("\n".join(map(str, value)), rules).split("\n") if value else value
    return _cleaned(value, rules, key)


def _hide(text: str, rules: List[Rule]) -> str:
    for rule in rules:
        text = rule.secret.sub(rule.hidden, text)
    return text


def _whole(_match: Match[str]) -> str:
    return HIDDEN


def _after_name(match: Match[str]) -> str:
    return match[1] + HIDDEN


def _if_card(match: Match[str]) -> str:
    """Hide a number that Luhn's rule holds for: one in ten does by chance, too."""
    digits = [int(char) for char in reversed(match[0]) if char.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return match[0] if (sum(digits[::2]) + sum(doubled)) % 10 else HIDDEN


def _words(text: str) -> Callable[[bytes], bool]:
    words: Tuple[bytes, ...] = tuple(text.encode().split())
    return lambda lowered: any(word in lowered for word in words)


def _rule(
    hint: Callable[[bytes], object],
    secret: str,
    hidden: Callable[[Match[str]], str] = _whole,
) -> Rule:
    return Rule(hint, re.compile(secret, re.VERBOSE | re.ASCII | re.DOTALL), hidden)


_NAMES = (
    r"pass(?:w|_?phrase)|pwd|secret|api[_-]?key|credential|dispatcher_code"
    r"|(?:access|private|account|shared|signing|encryption)[_-]?key"
)
_SHORT = r"(?<![a-z])pass(?![a-z])"  # db_pass, but not bypass
_NAMED = re.compile(
    rf"{_NAMES}|{_SHORT}|token(?!s)|authori[sz]ation|cookie|session[_-]?id|csrf", re.IGNORECASE
)
_QUOTED = r"""(?: [bru]{0,2}"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*(?:"|\\?(?=\n)|\\?\Z)
  | [bru]{0,2}'[^'\\\n]*(?:\\[^\n][^'\\\n]*)*(?:'|\\?(?=\n)|\\?\Z)
  | \\+["'][^\n]*?(?:\\+["']|(?=\n)|\Z) )"""
_VALUE = rf"""(?!\[hidden\])(?: {_QUOTED} | [\[({{][^\n]* | [^\s"',;&]+ )"""
_ENDS = r"""\\*["']?\s{0,9}"""  # of a name, before what stands between it and its value
_PEM = r"-----END\ [A-Z\ ]*PRIVATE\ KEY[A-Z\ ]*-----"

RULES = (
    _rule(  # its middle, too, when the first or the last line was cut off
        _words("private"),
        rf"-----BEGIN\ [A-Z\ ]*PRIVATE\ KEY.*?(?:{_PEM}|\Z)"
        rf"|(?:(?:^|(?<=\n))[A-Za-z0-9+/=]{{1,100}}\s+){{0,200}}{_PEM}",
    ),
    _rule(
        _words(
            "passw passphrase pass_phrase pwd secret api_key api-key apikey access_key access-key "
            "accesskey private credential session authori "
            "account_key account-key accountkey dispatcher_code shared signing encryption"
        ),
        rf"""((?i:
            authori[sz]ation{_ENDS}[=:]\s{{0,9}}(?!\w{{1,20}}\s\[hidden\])
            (?:(?:basic|bearer|digest|token)\s+)?
          | (?:{_NAMES}|session[_-]?id)[\w-]{{0,40}}{_ENDS}[=:]>?\s{{0,9}}
        )){_VALUE}""",
        _after_name,
    ),
    _rule(
        _words("cookie"),
        rf"""((?i:cookie)s?{_ENDS}[=:]\s{{0,9}})(?!\[hidden\])
        (?: {_QUOTED} | [\[({{][^\n]* | [^\s"',;]+(?:;\ ?[^\s"',;]+)* )""",
        _after_name,
    ),
    _rule(  # "token: unexpected" is no secret, "X-Auth-Token: ..." and "'token': ..." are
        _words("token csrf pass"),
        rf"""((?i: (?:token|csrf|{_SHORT})[\w-]{{0,40}}
            (?:{_ENDS}=|\\*["']\s{{0,9}}:|(?<=[_-]token):)\s{{0,9}} )){_VALUE}""",
        _after_name,
    ),
    _rule(
        _words("--"),
        rf"""((?i:(?<![\w-])--[\w-]{{0,40}}(?:(?:{_NAMES})\w{{0,40}}|{_SHORT}|token)
            (?:[_-][\w-]{{0,40}})?\s+))(?!-){_VALUE}""",
        _after_name,
    ),
    _rule(
        _words("hooks.slack.com/ .com/api/webhooks/"),
        r"(\bhooks\.slack\.com/\w+/|\bdiscord(?:app)?\.com/api/webhooks/\d+/)[\w/-]+",
        _after_name,
    ),
    _rule(_words("bearer"), r"((?i:\bbearer)\s+)[\w.~+/=-]{8,}", _after_name),
    _rule(re.compile(rb"://[^\s/?#]+@").search, r"""(?<=://)[^\s/?\#"'<>]+(?=@)"""),
    _rule(_words("eyj"), r"\beyJ[\w-]{8,}\.[\w.-]+"),
    _rule(re.compile(rb":[\w-]{30}").search, r"(?<!\d)\d{6,12}:[\w-]{30,}"),
    _rule(_words("akia asia"), r"\b(?:AKIA|ASIA)[A-Z0-9]{12,}"),
    _rule(
        _words("gho_ ghp_ ghr_ ghs_ ghu_ github_ glpat- sk- xox k_live_ aiza npm_ pypi- hf_"),
        r"""\b(?:gh[oprsu]_|github_pat_|glpat-|sk-|xox[a-z]-|[rs]k_live_|AIza|npm_|pypi-|hf_)
        [\w-]{16,}""",
    ),
    _rule(
        re.compile(rb"[2-6]\d{3}[ -]?\d{4}[ -]?\d").search,
        r"""(?<!\w)(?: [2-6]\d{12,18}
          | [2-6]\d{3}([\ -])\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})? | 3\d{3}([\ -])\d{6}\2\d{4,5}
        )(?!\w)""",
        _if_card,
    ),
)
