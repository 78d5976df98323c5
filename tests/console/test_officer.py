"""Every page knows for whom it is made."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from console.officer_gate import OfficerGate
from console.provider import NoProvider


async def asked_by(request: Request) -> JSONResponse:
    officer = request.state.officer
    return JSONResponse([officer.by, officer.role, officer.signed_in])


def test_without_sign_in_everybody_of_this_machine_is_one_unknown_officer() -> None:
    app = Starlette(routes=[Route("/", asked_by)])
    gate = OfficerGate(app, NoProvider(), lambda _: False, lambda *_: Response(status_code=500), lambda *_: None)
    with TestClient(gate) as client:
        assert client.get("/", headers={"Cookie": "officer=local:anna"}).json() == [
            "none:this-machine", "officer", False,
        ]  # fmt: skip
