"""What lists with a search line share: a character begins a search, Enter and Down lead into what was found."""

import contextlib

from textual import events, on, work
from textual.widgets import Input
from textual.worker import WorkerCancelled, WorkerFailed

from inspector.screens.base import Page
from inspector.widgets.lines import LineList


class SearchPage(Page):
    """A page with an input line `#search` above a list."""

    @property
    def lines(self) -> LineList:
        """The list."""
        return self.query_one(LineList)

    @property
    def search(self) -> Input:
        """The search line."""
        return self.query_one("#search", Input)

    async def find(self) -> None:
        """List what is searched for."""
        await self.reload()

    async def on_key(self, event: events.Key) -> None:
        """A character that is no command begins a search."""
        if (
            self.typing
            or not event.is_printable
            or not (event.character or "").strip()
            or self._is_command(event)
        ):
            return
        event.stop()
        event.prevent_default()
        self.search.value += event.character or ""
        self.set_focus(self.search)
        self.search.cursor_position = len(self.search.value)

    async def action_search(self) -> None:
        """Into the search line."""
        self.set_focus(self.search)
        self.search.action_select_all()  # a new word takes the place of the last one

    @on(Input.Changed, "#search")
    def _typed(self) -> None:
        self._find()

    @work(exclusive=True, group="find", exit_on_error=False)
    async def _find(self) -> None:
        try:
            await self.find()
        except Exception as error:  # noqa: BLE001 - told below
            self.tell_error(error)

    @on(Input.Submitted, "#search")
    async def _submitted(self) -> None:
        await self.action_to_list()

    async def action_to_list(self) -> None:
        """From the search line into the list, once it shows what was searched for."""
        finding = [worker for worker in self.workers if worker.group == "find"]
        with contextlib.suppress(WorkerFailed, WorkerCancelled):
            await self.workers.wait_for_complete(finding)
        self.set_focus(self.lines)
