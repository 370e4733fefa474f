"""`export …`: what leaves for others."""

import typer

from inspector.cli import export_tables


def add_to(app: typer.Typer) -> None:
    """Register the group."""
    group = typer.Typer(help="Export for others. 导出。", no_args_is_help=True)
    export_tables.add_to(group)
    app.add_typer(group, name="export")
