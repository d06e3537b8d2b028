"""The description of the intake for programs (OpenAPI 3.1)."""

from __future__ import annotations

from typing import Any

from waarmerk import __version__

_HASH = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_CONTAINER = {"content": {"application/x-tar": {"schema": {"type": "string", "format": "binary"}}}}
_PROBLEM = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
_TOLD = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Told"}}}}


def _parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _get(summary: str, answer: dict[str, Any], *parameters: dict[str, Any]) -> dict[str, Any]:
    responses = {"200": {"description": summary, **answer}, "404": {"description": "nothing there", **_PROBLEM}}
    return {"get": {"summary": summary, "parameters": list(parameters), "responses": responses}}


_JSON: dict[str, Any] = {"content": {"application/json": {"schema": {"type": "object"}}}}
_SHA = _parameter("sha256", _HASH)
_MANIFEST = _parameter("manifest", _HASH)
_PUT: dict[str, Any] = {
    "summary": "Deliver the bytes of an envelope under their own SHA-256; safe to repeat",
    "parameters": [_SHA],
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    },
    "responses": {
        "200": {"description": "known: the newest receipt", **_TOLD},
        "201": {"description": "new: received, or refused with a receipt", **_TOLD},
        "202": {"description": "held", **_TOLD},
        **{
            code: {"description": text, **_PROBLEM}
            for code, text in {
                "411": "no length",
                "413": "too large",
                "422": "refused, nothing consumed",
                "503": "later",
                "507": "no room",
            }.items()
        },
    },
}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {
        "title": "Waarmerk intake",
        "version": __version__,
        "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
    },
    "paths": {
        "/api/v1/inbox/{sha256}": {"put": _PUT, **_get("What is known of these bytes", _TOLD, _SHA)},
        "/api/v1/receipts/{manifest}": _get("The newest receipt", _CONTAINER, _MANIFEST),
        "/api/v1/receipts/{manifest}/{n}": _get(
            "The n-th receipt", _CONTAINER, _MANIFEST, _parameter("n", {"type": "integer", "minimum": 1})
        ),
        "/api/v1/streams/{election}/{sender}/{epoch}": _get(
            "The signed head of a stream",
            _CONTAINER,
            _parameter("election", {"type": "string"}),
            _parameter("sender", {"type": "string"}),
            _parameter("epoch", {"type": "integer", "minimum": 1}),
        ),
        "/api/v1/trust-lists/{version}": _get(
            "A trust list", _CONTAINER, _parameter("version", {"type": "string", "pattern": "^([0-9]+|latest)$"})
        ),
        "/api/v1/status": _get("State of the receiver", _JSON),
    },
    "components": {
        "schemas": {
            "Problem": {
                "type": "object",
                "required": ["status", "code", "title"],
                "properties": {
                    "status": {"type": "integer"},
                    "code": {"type": "string"},
                    "title": {"type": "string"},
                    "title_nl": {"type": "string"},
                    "next_step": {"type": "string"},
                    "next_step_nl": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
            "Told": {
                "type": "object",
                "required": ["manifest", "verdict", "receipt"],
                "properties": {
                    "manifest": _HASH,
                    "verdict": {"enum": ["received", "held", "rejected", "accepted"]},
                    "codes": {"type": "array", "items": {"type": "string"}},
                    "receipt": {"type": "string"},
                    "sequence": {"type": "integer"},
                },
            },
        }
    },
}
