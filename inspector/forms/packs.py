"""What is wrong with a pack, in words."""

from collections.abc import Collection, Iterator, Mapping

from inspector.domain.checklist import Checklist, Item, Pack, Words
from inspector.domain.rule_names import references
from inspector.errors import Problem


def pack_problems(
    pack: Pack, checklists: Mapping[str, Checklist], where: str, *, faulty: Collection[str] = ()
) -> list[Problem]:
    """Checklists and questionnaires that are not there, are the one in the place of the other, speak the other track,
    or are for other sites; items that are not there, or need one that the pack leaves out.

    Args:
        faulty: codes of checklists that are among the files, and have problems of their own.
    """
    found: list[Problem] = []
    named = [(code, "checklist") for code in pack.checklists]
    named += [(code, "questionnaire") for code in pack.questionnaires]
    for code, form in named:
        checklist = checklists.get(code)
        if code in faulty:
            zh, en = (
                f"检查表 {code} 的文件有错，改正后再核对这个包",
                f"put the file of checklist {code} right first",
            )
            found.append(Problem(where, zh, en, "warning"))
        elif checklist is None:
            zh = f"没有检查表 {code}；如果是自编的，请把它的文件和这个包一起给出"
            en = f"there is no checklist {code}; if it is the office's own, give its file together with this pack"
            found.append(Problem(where, zh, en))
        else:
            found += [Problem(where, words.zh, words.en) for words in _unfit(pack, checklist, form)]
    found += [Problem(where, words.zh, words.en) for words in _partial_faults(pack, checklists)]
    return found


def _unfit(pack: Pack, checklist: Checklist, form: str) -> Iterator[Words]:
    code = checklist.code
    if checklist.form == "questionnaire" and form == "checklist":
        yield Words(
            f"{code} 是问卷，应写在 questionnaires 里",
            f"{code} is a questionnaire: name it under questionnaires",
        )
    elif checklist.form != form:
        yield Words(
            f"{code} 是检查表，应写在 checklists 里", f"{code} is a checklist: name it under checklists"
        )
    elif checklist.track != pack.track:
        yield Words(
            f"{code} 属于另一条线：机构线与学校线不能混在一个包里",
            f"{code} is of the other track: enterprise and school do not mix in a pack",
        )
    elif not set(pack.site_kinds) <= set(checklist.site_kinds):
        yield Words(f"{code} 不用于这类场所", f"{code} is not for this kind of site")


def _partial_faults(pack: Pack, checklists: Mapping[str, Checklist]) -> Iterator[Words]:
    for code, wanted in pack.only:
        if code not in pack.checklists:
            yield Words(f"only 里的 {code} 不在 checklists 里", f"only: {code} is not among the checklists")
        elif code in checklists:
            there = {item.code for item in checklists[code].items}
            for missing in (name for name in wanted if name not in there):
                yield Words(f"only：{code} 里没有 {missing}", f"only: {code} has no {missing}")
    whole = [item for code in pack.checklists if code in checklists for item in checklists[code].items]
    taken = [item for item in whole if not (only := pack.items_of(_module(item))) or item.code in only]
    left_out = {item.name for item in whole} - {item.name for item in taken}
    for item in taken:
        needed = dict.fromkeys(label for label, name in _needs(item) if name in left_out)
        for label in needed:
            yield Words(
                f"{item.code} 要看{label.zh}，这个包却没有取那一题",
                f"{item.code} needs {label.en}, which this pack leaves out",
            )


def _module(item: Item) -> str:
    return item.code.rpartition("-")[0]


def _needs(item: Item) -> Iterator[tuple[Words, str]]:
    """The answers without which it cannot be known whether it is asked, or what it is."""
    for source in (item.applies, item.derived):
        for root, name, label in references(source):
            if root == "answers":
                yield label, name
