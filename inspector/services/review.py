"""A concluded inspection looked at again: whether it met the guard, and by whose texts it was judged.

The guard stands where an inspection is concluded with this program. What another program wrote, or by texts that
nobody of the office published, is shown as it is and marked; nothing of it is hidden or changed.
"""

from inspector.domain.inspection import Inspection
from inspector.domain.objections import Advisory
from inspector.domain.office import RULE_KINDS
from inspector.domain.registers import Registers
from inspector.services import legality
from inspector.services.forms import Forms
from inspector.store.workspace import Store

_KINDS = {
    "parameters": ("参数", "parameters"),
    "calendar": ("日历", "calendar"),
    "register": ("法规登记表", "law register"),
}


def marks(store: Store, forms: Forms, state: Inspection, registers: Registers) -> tuple[Advisory, ...]:
    """What is out of order with a conclusion; nothing while an inspection is not concluded.

    The guard is asked again about the folded state and the people as they are known by now.
    """
    if state.conclusion is None or state.status != "concluded":
        return ()
    return (*_of_procedure(store, forms, state, registers), *_of_texts(store, state))


def _of_procedure(store: Store, forms: Forms, state: Inspection, registers: Registers) -> list[Advisory]:
    return [
        Advisory(found.code, f"办结时不符合程序：{found.zh}", f"Concluded against the procedure: {found.en}")
        for found in legality.ending(store, forms, state, registers).objections
        # Answers that came after the conclusion are told by `late`; they make no part unconfirmed before it.
        if not (state.late and found.code == "section.changed")
    ]


def _of_texts(store: Store, state: Inspection) -> list[Advisory]:
    found = []
    named = {pin.kind for pin in state.rules}
    missing = [_KINDS[kind] for kind in RULE_KINDS if kind not in named]
    if missing:
        found.append(
            Advisory(
                "rules.unnamed",
                f"不是按县里的文件判定：办结时没有写明所依据的{'、'.join(zh for zh, _ in missing)}。",
                f"Not judged by the county's texts: its conclusion names no {', '.join(en for _, en in missing)}.",
            )
        )
    foreign = legality.unpublished(
        store, (state.pack, *state.checklists, *state.questionnaires, *state.rules)
    )
    if foreign:
        found.append(
            Advisory(
                "rules.foreign",
                f"所依据的文件不是中心公布的，也不是本程序随附的：{'、'.join(dict.fromkeys(foreign))}。",
                "By texts that neither the centre published nor this program ships:"
                f" {', '.join(dict.fromkeys(foreign))}.",
            )
        )
    return found
