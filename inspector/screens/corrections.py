"""The forms that put something right: a site's name and address, a mistaken inspection, a wrong photo."""

from collections.abc import Mapping

from inspector.domain.inspection import Photo
from inspector.domain.site import Site
from inspector.language import tr
from inspector.screens.form import FormScreen, Line
from inspector.screens.workplace import Workplace
from inspector.services import inspections, photos, sites


def site_facts(place: Workplace, site: Site, *, actor: str) -> FormScreen:
    """Name and address as they are found on the spot; dismisses with True when something changed."""
    present = {name: str(site.facts.get(name) or "") for name in ("name", "address", "principal", "phone")}

    async def submit(values: Mapping[str, str]) -> bool:
        changed = {name: text.strip() for name, text in values.items() if text.strip() != present[name]}
        if changed:
            await place.write(sites.set_facts, place.store, site, changed, actor=actor)
        return bool(changed)

    return FormScreen(
        place,
        tr("更正点位", "Correct the site"),
        [
            Line("name", tr("名称", "Name"), present["name"]),
            Line("address", tr("实际地址", "Address"), present["address"]),
            Line("principal", tr("负责人", "Principal"), present["principal"]),
            Line("phone", tr("电话", "Phone"), present["phone"]),
        ],
        submit,
        about=tr("原来的内容留在历史里。", "What stood there before stays in the history."),
    )


def void_inspection(place: Workplace, inspection: str) -> FormScreen:
    """Why an inspection was a mistake; dismisses with True when it is void."""

    async def submit(values: Mapping[str, str]) -> bool:
        await place.write(inspections.void, place.store, inspection, reason=values["reason"])
        return True

    return FormScreen(
        place,
        tr("作废这次检查", "Void this inspection"),
        [Line("reason", tr("理由", "Reason"), hint=tr("如：选错点位", "e.g. the wrong site"), longest=500)],
        submit,
        about=tr(
            "作废后不能再改，问题随之撤销；内容和历史保留。",
            "It cannot be changed then and its findings are withdrawn; contents and history stay.",
        ),
    )


def withdraw_photo(place: Workplace, inspection: str, photo: Photo) -> FormScreen:
    """Why a photo does not belong here; dismisses with True when it is off the record."""

    async def submit(values: Mapping[str, str]) -> bool:
        await place.write(
            photos.withdraw_photo, place.store, inspection, photo.sha256, reason=values["reason"]
        )
        return True

    return FormScreen(
        place,
        tr(f"撤下照片 {photo.name}", f"Withdraw photo {photo.name}"),
        [Line("reason", tr("理由", "Reason"), hint=tr("如：拍错了", "e.g. the wrong subject"), longest=500)],
        submit,
        about=tr("原件和历史保留。", "The original and its history stay."),
    )
