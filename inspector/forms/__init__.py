"""Reading checklists, packs and the law register from their files."""
