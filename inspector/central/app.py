"""The centre as an ASGI application."""

import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from inspector.central import routes
from inspector.central.blobs import Blobs
from inspector.central.guard import Guard
from inspector.central.limits import Limits
from inspector.central.log_routes import LOG_ROUTES
from inspector.central.openapi import openapi_route
from inspector.central.photo_routes import PHOTO_ROUTES
from inspector.central.settings import Settings
from inspector.central.storage import Storage
from inspector.central.uploads import Uploads

ROUTES = [
    Route("/v1/identity", routes.identity, methods=["GET"]),
    Route("/v1/enrolments", routes.enrol, methods=["POST"]),
    Route("/v1/challenges", routes.challenge, methods=["POST"]),
    Route("/v1/sessions", routes.open_session, methods=["POST"]),
    Route("/v1/entries", routes.push, methods=["POST"]),
    Route("/v1/pull", routes.pull, methods=["POST"]),
    Route("/v1/numbers", routes.numbers, methods=["POST"]),
    *LOG_ROUTES,
    Route("/v1/photos/missing", routes.missing_photos, methods=["POST"]),
    *PHOTO_ROUTES,
    Route("/v1/openapi.json", openapi_route, methods=["GET"]),
]


async def _refuse(_request: Request, error: Exception) -> Response:
    """Leave every refusal to the guard, which knows whether the connection can go on."""
    raise error


def create_app(settings: Settings, *, storage: Storage | None = None) -> Starlette:
    """The application of a centre.

    Args:
        storage: an open storage to use; it stays the caller's to close. Opened here, and closed at shutdown, if None.

    Raises:
        WorkspaceError, Damaged, UsageError: as `Storage`.
    """
    owned = storage is None
    opened = storage or Storage(settings)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        if owned:
            opened.close()

    guard = Middleware(
        Guard, body_seconds=settings.body_seconds, open_body_seconds=settings.open_body_seconds
    )
    app = Starlette(
        routes=ROUTES,
        middleware=[guard],
        exception_handlers={HTTPException: _refuse},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    app.state.storage = opened
    app.state.limits = Limits(settings)
    app.state.blobs = Blobs(settings.data / "photos")
    app.state.uploads = Uploads(settings.data / "uploads", app.state.blobs, opened)
    return app
