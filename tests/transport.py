"""WeChat's API answered in this process: a requests adapter that calls a Flask application."""

from io import BytesIO
from urllib.parse import urlsplit

import requests
from flask import Flask
from requests.adapters import BaseAdapter
from requests.models import PreparedRequest, Response
from requests.structures import CaseInsensitiveDict


class FlaskAdapter(BaseAdapter):
    """Mount it on a session in place of the network."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self._client = app.test_client()

    def send(self, request: PreparedRequest, **_options: object) -> Response:  # type: ignore[override]
        parts = urlsplit(request.url or "")
        answer = self._client.open(
            path=parts.path or "/",
            query_string=parts.query,
            method=request.method,
            headers=dict(request.headers),
            data=request.body,
        )
        response = requests.Response()
        response.status_code = answer.status_code
        response.headers = CaseInsensitiveDict(answer.headers)
        response.raw = BytesIO(answer.get_data())
        response.url = request.url or ""
        response.request = request
        return response

    def close(self) -> None:
        """Nothing is open."""
