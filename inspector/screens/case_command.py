"""The command of the pages from which a case file is exported."""

from inspector.commands import Command

EXPORT = Command(
    "case.export", "e", "export_case", "导出案卷", "Case file",
    "导出案卷：文书、照片、证据和核验材料在一个文件里，谁都能核验。",
    "Export the case file: documents, photos and proofs in one file that anyone can check.",
)  # fmt: skip
