"""What may be done at night and on statutory days off.

行政强制法 第四十三条: compulsory execution (强制执行) is not carried out at night or on statutory holidays, except in
urgent cases. Orders to stop, evidence, service, and compulsory measures (查封, 扣押) are not meant.
"""

import re

from inspector.domain.objections import Advisory, Objection
from inspector.domain.tidy import for_matching

_NOT_NOW = re.compile(
    r"(不得|禁止|暂不|勿|不予|不再|不宜|不能|无需|无须|不必)(予以|实施|进行|采取)?[^，。；;\n]{0,2}(强制|强拆|代履行)[^，。；;\n]*"
)
_LATER = re.compile(r"((逾期|期满|届时|届满)[^。；;\n]*?(将|则)|拒不|否则|仍不|不履行)[^。；;\n]*")
_COURT = re.compile(r"申请[^，。；;\n]{0,8}法院[^，。；;\n]{0,6}强制执行")
_NOW = re.compile(r"现(予|对|场|决定)|立即|今晚|今夜|当场|马上")
_EXECUTION = re.compile(
    r"强拆|代履行|代为拆除|强制执行|强行拆除|强制[^，。；;\n]{0,12}拆除|拆除[^，。；;\n]{0,12}强制"
    r"|强(制|行)(清除|清理|清场|搬离|搬迁|腾退|迁出|腾空)|compulsory execution|forcibl[ey] (demoli|remov)|demolish\w* by force",
    re.IGNORECASE,
)


def is_execution(measure: str) -> bool:
    """Whether a measure is compulsory execution now: not an order with a deadline, nor the announcement of it."""
    text = _NOT_NOW.sub("", _COURT.sub("", for_matching(measure)))
    text = _LATER.sub(lambda found: found[0] if _NOW.search(found[0]) else "", text)
    return bool(_EXECUTION.search(text))


def measure_objection(
    measure: str, *, statutory_off: bool | None, night: bool, urgent_reason: str
) -> Objection | None:
    """Why a measure cannot be taken now; None where it can.

    Args:
        statutory_off: whether today is a statutory day off; None where that is not known.
        urgent_reason: why it cannot wait.
    """
    if not (night or statutory_off) or urgent_reason.strip() or not is_execution(measure):
        return None
    when = ("夜间", "at night") if night else ("法定节假日", "on a statutory day off")
    return Objection(
        "measure.night",
        f"{when[0]}不得实施行政强制执行（行政强制法第四十三条）。现在可以叫停、取证、送达通知；情况紧急的，写明理由。",
        f"No compulsory execution {when[1]}. Stopping it, taking evidence and serving notice can be done now; "
        "in an urgent case write the reason.",
        overridable=True,
    )


def measure_advice(measure: str, *, statutory_off: bool | None) -> Advisory | None:
    """A word where nobody here knows whether today is a statutory day off."""
    if statutory_off is not None or not is_execution(measure):
        return None
    return Advisory(
        "measure.day_unknown",
        "不知道今天是否法定节假日；法定节假日不得实施行政强制执行，请核实。",
        "It is not known whether today is a statutory day off, on which there is no compulsory execution; check it.",
    )
