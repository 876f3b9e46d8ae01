"""GraphiQL and the schema, served from the package: no file comes from any other host."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, PlainTextResponse, RedirectResponse
from starlette.exceptions import HTTPException

STATIC = Path(__file__).parent / "static" / "graphiql"
SCHEMA = Path(__file__).parent / "schema.graphql"
MEDIA_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
SECURITY = {
    # The hash admits the one inline style of GraphiQL's dialogs (static/graphiql/README.md).
    "content-security-policy": (
        "default-src 'none'; script-src 'self';"
        " style-src 'self' 'sha256-nzTgYzXYDNe6BAHiiI7NNlfK8n/auuOAhh2t92YvuXo=';"
        " font-src data:; img-src 'self' data:; connect-src 'self'; base-uri 'none';"
        " form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


def pages_router() -> APIRouter:
    """Return the routes people open in a browser."""
    router = APIRouter()

    @router.get("/")
    async def root() -> RedirectResponse:
        return RedirectResponse("/graphiql")

    @router.get("/graphiql")
    async def graphiql() -> FileResponse:
        return FileResponse(STATIC / "index.html", media_type="text/html", headers=SECURITY)

    @router.get("/graphiql/static/{name}")
    async def static(name: str) -> FileResponse:
        path = STATIC / name
        media_type = MEDIA_TYPES.get(path.suffix)
        if media_type is None or path.parent != STATIC or not path.is_file():
            raise HTTPException(404)
        return FileResponse(path, media_type=media_type, headers=SECURITY)

    @router.get("/schema.graphql")
    async def schema() -> PlainTextResponse:
        return PlainTextResponse(SCHEMA.read_text())

    return router
