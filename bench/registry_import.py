"""A registry of 10,000 rows, read, compared and recorded, against the bare reading of the spreadsheet."""

from pathlib import Path

from bench import world
from bench.measure import Row, Rows, milliseconds, rate, ratio, seconds, take_turns
from inspector.domain.credit_code import check_character
from inspector.registry.reading import read
from inspector.services.registry import import_registry
from inspector.store.workspace import Store

_TITLES = (
    "机构名称",
    "统一社会信用代码",
    "实际地址",
    "负责人",
    "联系电话",
    "有效期至",
    "所属网格",
    "在册学员数",
)


def run(quick: bool) -> Rows:
    """10,000 rows (quick: 1,000)."""
    count, rounds = (1_000, 5) if quick else (10_000, 5)
    with world.folder() as folder:
        path = folder / "registry.xlsx"
        _write(path, count)
        trial = _Trial(folder, path, count)
        samples = take_turns(
            {
                "bare": trial.bare,
                "read": trial.read,
                "import": trial.first,
                "again": trial.again,
            },
            rounds,
            warm=0,
        )
        trial.close()
    return [
        Row("reading with header, cleaning and checks ÷ bare calamine", ratio(samples, "read", "bare")),
        Row("first import, committed ÷ bare calamine", ratio(samples, "import", "bare")),
        Row("the same file again (nothing new) ÷ bare calamine", ratio(samples, "again", "bare")),
        Row("first import, committed", rate(samples, "import", count, "rows/s"), f"{count:,} rows"),
        Row("first import, committed", milliseconds(samples, "import")),
        Row("bare calamine", milliseconds(samples, "bare")),
    ]


def _write(path: Path, count: int) -> None:
    import openpyxl  # type: ignore[import-untyped]

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("培训机构")
    sheet.append(["样例县校外培训机构台账"])
    sheet.append(list(_TITLES))
    for number in range(count):
        first17 = f"52331099MJ{number:07d}"
        sheet.append(
            [
                f"样例{number:05d}号培训中心",
                first17 + check_character(first17),
                f"样例街道样例路{number}号",
                f"样例{number % 97}",
                f"1990000{number:04d}"[:11],
                f"20{27 + number % 3}-0{1 + number % 9}-15",
                f"第{number % 40 + 1}网格",
                f"约{number % 90}人" if number % 7 == 0 else number % 90,
            ]
        )
    book.save(path)


class _Trial:
    def __init__(self, folder: Path, path: Path, count: int) -> None:
        self._folder, self._path, self._count = folder, path, count
        self._number = 0
        self._known = self._store()
        self._take(self._known, count)

    def _store(self) -> Store:
        self._number += 1
        return Store.create(self._folder / f"w{self._number}", world.PASSPHRASE, cost=world.CHEAP)

    def _take(self, store: Store, expected: int) -> None:
        """Import, and be sure that so many sites were recorded."""
        found = import_registry(store, self._path)
        sites = len(found.reading.sites)
        if sites != self._count or (found.recorded >= sites) != bool(expected):
            raise RuntimeError(f"{sites} sites read and {found.recorded} entries recorded")

    def bare(self) -> float:
        """Every cell as the library gives it."""
        import python_calamine

        def work() -> None:
            book = python_calamine.CalamineWorkbook.from_path(str(self._path))
            for name in book.sheet_names:
                book.get_sheet_by_name(name).to_python()

        return seconds(work)

    def read(self) -> float:
        """What a dry run reads."""
        return seconds(lambda: read(self._path))

    def first(self) -> float:
        """Into a new workspace, until it is committed."""
        with self._store() as store:
            return seconds(lambda: self._take(store, self._count))

    def again(self) -> float:
        """Into a workspace that has it."""
        return seconds(lambda: self._take(self._known, 0))

    def close(self) -> None:
        """Let go of the workspace."""
        self._known.close()
