"""What can stop a sync, in words for people: no answer, an answer that is not the centre's, a refusal.

A failure is a value: the engine decides by it, the client makes it an error (`to_error`). Whatever the failure, all
entries and photos are kept; the sentences say so.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from inspector.errors import InspectorError, NotTrusted, Offline, SyncError


class Kind(StrEnum):
    """What sort of failure it is: "offline", "not_trusted" or "refused"."""

    OFFLINE = "offline"
    NOT_TRUSTED = "not_trusted"
    REFUSED = "refused"


_ERRORS: dict[Kind, type[SyncError]] = {
    Kind.OFFLINE: Offline,
    Kind.NOT_TRUSTED: NotTrusted,
    Kind.REFUSED: SyncError,
}
_KEPT_ZH, _KEPT_EN = "记录和照片都在本机，没有丢失。", "All records and photos are kept on this laptop."
_LATER = ("有网络时会自动再试。", "It is tried again when there is a network.")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a step did not succeed.

    Attributes:
        kind: what sort it is.
        code: stable, for programs: "sync.offline", "sync.portal", "push.fork" …
        zh, en: what happened, and what is safe.
        hint: what to do next, in both languages.
        lasting: trying again cannot help until a person acts.
        after: seconds that the centre asked to wait; 0 where it did not.
        link: the link itself failed, so that smaller pieces may help.
    """

    kind: Kind
    code: str
    zh: str
    en: str
    hint: tuple[str, str] = _LATER
    lasting: bool = False
    after: float = 0.0
    link: bool = False

    def to_error(self) -> InspectorError:
        """The error that says it."""
        return _ERRORS[self.kind](self.zh, self.en, hint=self.hint, code=self.code)


class SyncFailedError(Exception):
    """Carries a failure from where it is noticed to where it is decided on."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.en)
        self.failure = failure


class ProblemAnswerError(Exception):
    """The centre refused one request with a problem document; `code` is of `protocol.PROBLEMS`."""

    def __init__(self, code: str, status: int, document: dict[str, Any]) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.document = document

    def number(self, name: str) -> int | None:
        """A whole number of the document that is not negative; None where there is none."""
        value = self.document.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


class StoppedError(Exception):
    """Somebody asked to stop in the middle of a request."""


def offline(reason_zh: str, reason_en: str, *, code: str = "sync.offline") -> Failure:
    """No answer from the centre."""
    return Failure(
        Kind.OFFLINE,
        code,
        f"{reason_zh}，还没有同步完。{_KEPT_ZH}",
        f"{reason_en}; the sync is not complete. {_KEPT_EN}",
        link=True,
    )


NO_CONNECTION = offline("连不上中心", "The centre cannot be reached")
CUT = offline("与中心的连接中断", "The connection to the centre broke")
TOO_SLOW = offline("中心没有在限定时间内回答", "The centre did not answer in time")


def gateway(status: int) -> Failure:
    """Something between here and the centre answered that the centre is away."""
    return offline(f"中心暂时没有运行（{status}）", f"The centre is not running for now ({status})")


PORTAL = Failure(
    Kind.NOT_TRUSTED,
    "sync.portal",
    f"收到的回答不是中心的，像是网络登录页或代理，没有把任何内容当作已上报。{_KEPT_ZH}",
    "The answer is not the centre's but looks like a network login page or a proxy; nothing was counted as sent. "
    f"{_KEPT_EN}",
    hint=(
        "先在浏览器里登录这个网络，或换一个网络，再同步。",
        "Log in to this network in a browser, or use another network, then sync.",
    ),
)
UNSIGNED = Failure(
    Kind.NOT_TRUSTED,
    "sync.signature",
    f"回答没有本中心的有效签名，没有采用。{_KEPT_ZH}",
    f"The answer does not carry our centre's valid signature; it was not used. {_KEPT_EN}",
    hint=(
        "换一个网络再试；一直如此请联系中心管理员。",
        "Try another network; if it stays like this, tell the centre's administrator.",
    ),
)
CERTIFICATE = Failure(
    Kind.NOT_TRUSTED,
    "sync.certificate",
    f"对方的 TLS 证书不可信，没有发送任何内容。{_KEPT_ZH}",
    f"The other side's TLS certificate is not trusted; nothing was sent. {_KEPT_EN}",
    hint=(
        "检查电脑的日期；单位自建的证书要用 --ca-file 指定。",
        "Check this laptop's date; an office's own certificate authority is given by --ca-file.",
    ),
)


METHOD = replace(PORTAL, code="sync.method")
"""Something on the way does not pass on a method other than GET and POST."""


def malformed(what: str, *, lasting: bool = True) -> Failure:
    """A signed answer that is not of the protocol. Headers are not signed: what is wrong there may pass."""
    return Failure(
        Kind.NOT_TRUSTED,
        "sync.malformed",
        f"中心的回答不符合协议（{what}），没有采用。{_KEPT_ZH}",
        f"The centre's answer is not of the protocol ({what}); it was not used. {_KEPT_EN}",
        hint=(
            "可能是两边程序版本不同，请联系中心管理员。",
            "The two programs may be of different versions; tell the centre's administrator.",
        ),
        lasting=lasting,
    )


def bad_receipt(zh: str, en: str) -> Failure:
    """A receipt that does not prove that the centre holds these very entries."""
    return Failure(
        Kind.NOT_TRUSTED,
        "sync.receipt",
        f"中心的回执不成立：{zh}。没有标记为已上报。{_KEPT_ZH}",
        f"The centre's receipt does not hold: {en}. Nothing was marked as sent. {_KEPT_EN}",
        hint=("请联系中心管理员。", "Tell the centre's administrator."),
        lasting=True,
    )


BUSY = Failure(
    Kind.REFUSED,
    "sync.busy",
    "另一个窗口正在同步这个工作区。",
    "Another window is syncing this workspace.",
    hint=("等它同步完即可。", "Wait until it is done."),
)
SESSION_LOST = offline("中心反复要求重新登录", "The centre keeps asking for a new session")
LOG_BEHIND = Failure(
    Kind.REFUSED,
    "sync.log_behind",
    "中心有本机的记录，而本机没有：这个工作区像是从旧备份恢复的。为免同一编号出现两份记录，已停止同步。",
    "The centre holds entries of this laptop that are not here: this workspace looks restored from an old backup. "
    "The sync was stopped so that no number gets two different entries.",
    hint=(
        "不要在这个工作区继续记录；请联系中心管理员换发注册码，另建工作区。",
        "Record nothing more in this workspace; ask the administrator for a new code and make a new workspace.",
    ),
    lasting=True,
)
_CHANGED = (
    "中心的数据可能被改动或回退过。立即联系中心管理员和上级。",
    "The centre's data may have been changed or rolled back. Tell its administrator and your superiors now.",
)
LOG_SHRUNK = Failure(
    Kind.NOT_TRUSTED,
    "log.shrunk",
    f"警报：中心的日志比本机上次看到的短，已停止同步；两份签名检查点都留作证据。{_KEPT_ZH}",
    "Alarm: the centre's log is shorter than when this laptop saw it last; the sync was stopped. Both signed checkpoints "
    f"are kept as evidence. {_KEPT_EN}",
    hint=_CHANGED,
    lasting=True,
)
LOG_FORKED = Failure(
    Kind.NOT_TRUSTED,
    "log.forked",
    f"警报：中心的日志与本机看到过的不是同一份，已停止同步；两份签名检查点都留作证据。{_KEPT_ZH}",
    "Alarm: the centre's log is not the one that this laptop saw before; the sync was stopped. Both signed checkpoints are "
    f"kept as evidence. {_KEPT_EN}",
    hint=_CHANGED,
    lasting=True,
)
LOG_ORIGIN = Failure(
    Kind.NOT_TRUSTED,
    "log.origin",
    f"警报：中心的日志换成了另一份，而中心没有说明恢复过，已停止同步；两份签名检查点都留作证据。{_KEPT_ZH}",
    "Alarm: the centre shows another log, though it tells of no restoration; the sync was stopped. Both signed checkpoints "
    f"are kept as evidence. {_KEPT_EN}",
    hint=_CHANGED,
    lasting=True,
)

_ADMINISTRATOR = ("请联系中心管理员。", "Tell the centre's administrator.")
_REFUSALS: dict[str, tuple[str, str, tuple[str, str]]] = {
    "push.fork": (
        "警报：同一编号在中心已有另一份不同的记录，中心保留了两份并隔离了本设备，已停止同步。",
        "Alarm: the centre holds another entry under the same number. It keeps both and quarantined this device.",
        (
            "这个工作区可能被复制到了两台电脑上。停止记录，立即联系中心管理员。",
            "This workspace may run on two laptops. Stop recording and tell the centre's administrator now.",
        ),
    ),
    "push.signature": (
        "警报：中心保存的本机日志与本机的不一致，已停止同步。",
        "Alarm: the centre's copy of this laptop's log is not this laptop's; the sync was stopped.",
        (
            "这个工作区可能被复制过，或中心数据被改动。立即联系中心管理员。",
            "This workspace may have been copied, or the centre's data changed. Tell the administrator now.",
        ),
    ),
    "device.unknown": (
        "中心没有这台设备。",
        "The centre does not know this device.",
        (
            "请管理员给一个新的注册码，再运行 inspector enrol。",
            "Ask for a new code, then run inspector enrol.",
        ),
    ),
    "device.revoked": (
        "中心停用或隔离了这台设备，未上报的记录已尽量送到隔离区。",
        "The centre has revoked or quarantined this device; what was unsent goes to its quarantine.",
        _ADMINISTRATOR,
    ),
    "session.refused": (
        "中心不承认本设备的签名。",
        "The centre does not accept this device's signature.",
        _ADMINISTRATOR,
    ),
    "code.unknown": (
        "注册码不对或已过期。",
        "The code is wrong or has expired.",
        (
            "核对后重输；过期了请管理员换一个。",
            "Check it and type it again; ask for a new one if it has expired.",
        ),
    ),
    "code.used": (
        "注册码已被另一台设备使用。",
        "The code was used by another device.",
        ("每台电脑一个注册码，请管理员再给一个。", "Each laptop needs its own code; ask for another."),
    ),
}


def refusal(problem: ProblemAnswerError) -> Failure:
    """The failure that a refusal of the centre means where no step knows better."""
    if problem.code in _REFUSALS:
        zh, en, hint = _REFUSALS[problem.code]
        # A challenge is good once: a network that delivered the answer twice is no reason to give up.
        lasting = problem.code != "session.refused"
        return Failure(
            Kind.REFUSED, problem.code, f"{zh}{_KEPT_ZH}", f"{en} {_KEPT_EN}", hint=hint, lasting=lasting
        )
    if problem.code == "rate.limited":
        after = float(min(problem.number("retry_after") or 1, 300))
        return Failure(
            Kind.REFUSED,
            problem.code,
            f"中心请求太多，{after:.0f} 秒后再试。{_KEPT_ZH}",
            f"The centre has too many requests; trying again in {after:.0f} s. {_KEPT_EN}",
            after=after,
        )
    return Failure(
        Kind.REFUSED,
        problem.code,
        f"中心拒绝了请求（{problem.code}）。{_KEPT_ZH}",
        f"The centre refused a request ({problem.code}). {_KEPT_EN}",
        hint=_ADMINISTRATOR,
    )
