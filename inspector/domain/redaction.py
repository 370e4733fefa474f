"""What must not be told of persons outside of the authorities: secret strings, finding them in any text, and hiding them.

A redacted case file withholds the whole body of an entry that holds a secret, and hides secrets in its documents. What is
said of minors, and of anybody without need, stays inside (未成年人保护法 第一百零三条; 个人信息保护法 第六条). Whoever inspects
is named: that is public.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

HIDDEN = "▇▇"
"""Stands for a secret, whatever its length."""
LEAST, LEAST_LATIN, LEAST_DIGITS = 2, 4, 7
"""Characters of a name in Chinese, of one in Latin letters, and of a number: shorter ones are in every text."""
_PART_MAX = 40
_INVISIBLE = frozenset({"Cf", "Cc", "Mn"})

_PARTS = re.compile(r"[、，,;；:：/|｜\s()（）\[\]【】《》“”\"']+")
_NOBODY = frozenset(
    "负责人 法定代表人 校长 园长 教师 老师 学生 学员 家长 本人 不详 未知 不清楚 未提供 拒绝提供 同住成年家属 保安 前台 员工 职工"  # noqa: SIM905
    " 教务主任 主任 副校长 见证人 代收人 经营者 店长 股东 父亲 母亲 监护人 举报人 知情群众 群众 匿名 none unknown teacher student"
    " parent principal head".split()
)
"""Words that stand where a name does and name nobody."""

_DIGIT, _GAP = r"(?<![0-9a-z])", r"[ \-.·•—–_/]?"
_DAY = rf"(?:18|19|20)\d\d{_GAP}(?:0[1-9]|1[0-2]){_GAP}(?:0[1-9]|[12]\d|3[01])"
_SPELLED = "零〇一二三四五六七八九幺"
_ANY = r"[ \-·•—–_/]?"
"""Between any two digits of a telephone number; no dot, which stands in amounts."""


def _behind(words: Sequence[str], signs: Sequence[str]) -> str:
    """What stands behind one of these words; a Latin one as a word of its own, as every id has some letters of one."""
    told = [(r"(?<![0-9a-z])" if word.isascii() else "") + re.escape(word) for word in words]
    return "(?:" + "|".join(f"(?<={word}{re.escape(sign)})" for word in told for sign in signs) + ")"


_TOLD = _behind(("电话", "手机", "座机", "号码", "tel", "phone"), ("", ":", " ", ": ", "是", "为", "."))
_ACCOUNT = _behind(("微信", "微信号", "qq", "qq号", "vx", "wechat"), ("", ":", " ", ": ", "是", "为"))
_OWN = re.compile(r"[a-z]{1,2}-[a-z2-7]{12}|[a-z2-7]{16}(?:/[0-9]+)?|[0-9a-f]{24,64}")
"""Names that the program made: ids, references, hashes. They say nothing of persons, whatever they look like."""
_PLATES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"
PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("id_number", re.compile(
        _DIGIT + rf"[1-9]\d{{5}}{_GAP}{_DAY}{_GAP}\d{{3}}[\dx](?![0-9a-z])"
    )),
    ("id_number", re.compile(_DIGIT + r"[1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?![0-9a-z])")),
    ("phone", re.compile(_DIGIT + rf"(?:\+?86{_GAP})?1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}(?![0-9a-z])")),
    # Also after letters, but not inside of a hash.
    ("phone", re.compile(rf"(?<!\d)(?<![0-9a-f]{{8}})1{_ANY}[3-9](?:{_ANY}\d){{9}}(?![0-9a-z])")),
    ("phone", re.compile(_DIGIT + rf"\(?0\d{{2,3}}\)?{_GAP}\d{{3,4}}{_GAP}\d{{4}}(?![0-9a-z])")),
    ("phone", re.compile(_TOLD + rf"[2-8]\d{{2,3}}{_GAP}\d{{4}}(?![0-9a-z])")),
    ("phone", re.compile(rf"(?<![{_SPELLED}])[一幺][三四五六七八九][{_SPELLED}]{{9}}(?![{_SPELLED}])")),
    ("account", re.compile(_ACCOUNT + r"[0-9a-z][0-9a-z_\-]{4,29}(?![0-9a-z])")),
    ("account", re.compile(_DIGIT + r"wxid_[0-9a-z]{5,30}")),
    ("bank_card", re.compile(_DIGIT + rf"[3-6]\d{{3}}(?:{_GAP}\d{{4}}){{3}}{_GAP}\d{{1,3}}(?![0-9a-z])")),
    ("bank_card", re.compile(_DIGIT + rf"[3-6]\d{{3}}(?:{_GAP}\d{{4}}){{2}}{_GAP}\d{{3,4}}(?!{_GAP}\d)(?![0-9a-z])")),
    ("email", re.compile(r"[0-9a-z][0-9a-z._%+\-]{0,63}@[0-9a-z][0-9a-z.\-]{0,190}\.[a-z]{2,24}")),
    ("plate", re.compile(rf"[{_PLATES}][a-z]{_GAP}[0-9a-z]{{4,5}}[0-9a-z挂学警港澳](?![0-9a-z])")),
)  # fmt: skip
"""What looks like something of a person, in folded text: kind and form. GB 11643 (15 and 18 digits), GA 36 plates."""

KINDS: Mapping[str, tuple[str, str]] = {
    "name": ("姓名等个人信息", "name or the like"),
    "id_number": ("身份证号", "identity number"),
    "phone": ("电话号码", "telephone number"),
    "bank_card": ("银行卡号", "bank card"),
    "email": ("电子邮箱", "e-mail address"),
    "account": ("社交账号", "account of a messenger"),
    "plate": ("车牌号", "number plate"),
    "response": ("问卷答卷", "response of a questionnaire"),
    "tip": ("举报线索", "tip"),
    "roster": ("人员名册", "roster of persons"),
    "asked": ("经办人指定", "named by whoever exports"),
    "photo": ("照片", "photo"),
}


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that must not leave. `kind`: of `KINDS`. `zh`, `en`: where it is from, in words that do not tell it."""

    text: str
    kind: str
    zh: str
    en: str


def fold_text(text: str) -> str:
    """A text as secrets are looked for in it: one width and case (NFKC), without spaces and invisible signs."""
    return _Folded(text, spaces=False).text


class _Folded:
    """A text folded, and where each of its characters comes from."""

    def __init__(self, text: str, *, spaces: bool) -> None:
        signs: list[str] = []
        places: list[tuple[int, int]] = []
        for start, end in _letters(text):
            for sign in _fold_letter(text[start:end]):
                if spaces or sign != " ":
                    signs.append(sign)
                    places.append((start, end))
        self.text = "".join(signs)
        self._places = places

    def origin(self, first: int, last: int) -> tuple[int, int]:
        """The span of the text that folded characters come from."""
        return self._places[first][0], self._places[last - 1][1]


@functools.lru_cache(maxsize=16_384)
def _fold_letter(letter: str) -> str:
    """A letter folded: nothing of what cannot be seen, one sign for all kinds of spaces."""
    folded = unicodedata.normalize("NFKC", letter).casefold()
    seen = (sign for sign in folded if sign.isspace() or unicodedata.category(sign) not in _INVISIBLE)
    return "".join(" " if sign.isspace() else sign for sign in seen)


def _letters(text: str) -> Iterator[tuple[int, int]]:
    """Letters with the marks upon them."""
    if not any(map(unicodedata.combining, text)):
        yield from ((place, place + 1) for place in range(len(text)))
        return
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or not unicodedata.combining(text[place]):
            yield start, place
            start = place


def names_in(text: str) -> list[str]:
    """The secrets in a field that names persons: the whole of it, and each part that may be a name or a number."""
    whole = " ".join(text.split())
    parts = [part for part in _PARTS.split(whole) if len(part) <= _PART_MAX]
    return [part for part in dict.fromkeys((whole, *parts)) if is_secret(part)]


def is_secret(text: str) -> bool:
    """Whether a text says enough to be looked for."""
    folded = fold_text(text)
    if folded in _NOBODY or len(folded) < LEAST:
        return False
    return not folded.isascii() or len(folded) >= (LEAST_DIGITS if folded.isdigit() else LEAST_LATIN)


def is_latin(folded: str) -> bool:
    """Whether a folded secret is made of Latin letters, so that it is looked for as a word."""
    return folded.isascii() and not folded.isdigit()


def _either(patterns: Iterable[str], starts: Iterable[str] = ()) -> re.Pattern[str] | None:
    """One pattern for all. Where all their first signs are given, others are passed over at once."""
    whole = "|".join(patterns)
    signs = "".join(map(re.escape, sorted(set(starts))))
    return re.compile(f"(?=[{signs}])(?:{whole})" if signs else whole) if whole else None


class Finder:
    """Finds secrets in texts."""

    def __init__(self, secrets: Iterable[Secret], public: Iterable[str] = ()) -> None:
        """
        Args:
            secrets: what is looked for; what is public is left out, unless a person asked for it.
            public: what may be told although it looks like something of a person: officers and their certificates,
                telephones of authorities, credit codes.
        """
        self._public = frozenset(fold_text(text) for text in public)
        needles: dict[str, Secret] = {}
        self.shared: list[Secret] = []
        for secret in secrets:
            folded = fold_text(secret.text)
            if secret.kind != "asked" and folded in self._public:
                self.shared.append(secret)
            elif is_secret(secret.text):
                needles.setdefault(folded, secret)
        self._needles = needles
        # The longest first, so that of two that begin alike the whole of the longer is hidden.
        ordered = sorted(needles, key=lambda one: (-len(one), one))
        tight = [one for one in ordered if not is_latin(one)]
        self._tight = _either(map(re.escape, tight), (one[0] for one in tight))
        # A name in Latin letters is a word of its own: else it would be found inside of others.
        words = [r"[ \-]{0,3}".join(map(re.escape, one)) for one in ordered if is_latin(one)]
        self._words = _either(rf"(?<![0-9a-z])(?:{one})(?![0-9a-z])" for one in words)

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """What is looked for, each once."""
        return tuple(self._needles[folded] for folded in sorted(self._needles))

    def find(self, text: str, *, patterns: bool = True) -> list[tuple[int, int, str]]:
        """Where secrets are in a text: first place, place after the last, kind; overlapping ones as one.

        Args:
            patterns: look also for what only has the form of a number of a person.
        """
        spans: list[tuple[int, int, str]] = []
        tight, loose = _Folded(text, spaces=False), _Folded(text, spaces=True)
        for folded, needle in ((tight, self._tight), (loose, self._words)):
            place = 0
            while needle is not None and (found := needle.search(folded.text, place)):
                spans.append((*folded.origin(*found.span()), self._kind(found[0])))
                place = found.start() + 1
        for kind, pattern in PATTERNS if patterns else ():
            spans += [
                (*loose.origin(*found.span()), kind)
                for found in pattern.finditer(loose.text)
                if fold_text(found[0]) not in self._public
            ]
        return _joined(spans)

    def _kind(self, found: str) -> str:
        """Of which kind the needle is that was found, spaces and hyphens between its letters or not."""
        bare = found.replace(" ", "")
        secret = self._needles.get(bare) or self._needles.get(bare.replace("-", ""))
        return secret.kind if secret is not None else "name"

    def hide(self, text: str) -> str:
        """The text with every secret as `HIDDEN`: no character of it stays."""
        kept, place = [], 0
        for first, last, _ in self.find(text):
            kept += [text[place:first], HIDDEN]
            place = last
        return "".join([*kept, text[place:]])

    def found_in(self, value: Any, *, patterns: bool = True) -> list[tuple[str, str]]:
        """The secrets in a value of JSON, keys and numbers included: kind and text as it stands there."""
        return [
            (kind, text[first:last])
            for text in texts_in(value)
            for first, last, kind in self.find(text, patterns=patterns and _OWN.fullmatch(text) is None)
        ]


def _joined(spans: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for first, last, kind in sorted(spans):
        if found and first < found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]), found[-1][2])
        else:
            found.append((first, last, kind))
    return found


def texts_in(value: Any) -> Iterator[str]:
    """Every text in a value of JSON; a number is a text of its digits."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int):
        yield str(value)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key)
            yield from texts_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts_in(inner)
