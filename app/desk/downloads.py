"""A report as a file: made by the desk from what the service answers this session."""

from __future__ import annotations

from fastapi import FastAPI, Request
from starlette.responses import Response

from app.desk.figures import csv_of
from app.desk.guard import session_of
from app.desk.surveying import day_of
from app.protocol.errors import KBeanError


def add_downloads(app: FastAPI) -> None:
    """Add the way to files."""

    @app.get("/reports.csv")
    async def report(request: Request, since: int, until: int) -> Response:
        session = session_of(request.scope)
        session.touch()
        try:
            made = await session.client.casework.report(since, until)
        except KBeanError as error:
            title, _ = session.words.error(error)
            return Response(title, error.status or 502, media_type="text/plain; charset=utf-8")
        days = [day_of(moment, session.zone) for moment in (since, until - 1)]
        name = f"kbean-support-{days[0]}-{days[1]}.csv"
        headers = {
            "cache-control": "private, no-store",
            "content-disposition": f'attachment; filename="{name}"',
        }
        raw = csv_of(made, session.words, session.zone)
        return Response(raw, media_type="text/csv; charset=utf-8", headers=headers)
