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
_STATE = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/State"}}}}
_EITHER = {
    "content": {
        "application/json": {
            "schema": {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("Told", "State")]}
        }
    }
}
_RECEIPT_SHOWN = {
    "name": "Waarmerk-Receipt",
    "in": "header",
    "required": False,
    "description": "base64 of the container of the newest receipt that the sender has of this receiver",
    "schema": {"type": "string"},
}
_BODY = {
    "required": True,
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}
_REFUSED = {
    code: {"description": text, **_PROBLEM}
    for code, text in {
        "411": "no length",
        "413": "too large",
        "422": "refused, nothing consumed",
        "429": "too much was refused from this address within the hour, or too many uploads at a time: later",
        "503": "later",
        "507": "no room",
    }.items()
}
_ANSWERS = {
    "200": {"description": "known: the newest receipt", **_TOLD},
    "201": {"description": "new: received, or refused with a receipt", **_TOLD},
    "202": {"description": "held with a receipt; or stored, not yet opened: ask again", **_EITHER},
    **_REFUSED,
}
_PUT: dict[str, Any] = {
    "summary": "Deliver the bytes of an envelope under their own SHA-256; safe to repeat",
    "parameters": [_SHA, _RECEIPT_SHOWN],
    "requestBody": _BODY,
    "responses": _ANSWERS,
}
_PUT_PART: dict[str, Any] = {
    "summary": "Deliver one part of an envelope: 8,388,608 bytes each, the last may be smaller; safe to repeat, in any order",
    "parameters": [_SHA, _parameter("n", {"type": "integer", "minimum": 1, "maximum": 96})],
    "requestBody": _BODY,
    "responses": {"200": {"description": "which parts are here; or known: the newest receipt", **_EITHER}, **_REFUSED},
}
_COMPLETE: dict[str, Any] = {
    "summary": "All parts are there; from here on as one PUT",
    "parameters": [_SHA, _RECEIPT_SHOWN],
    "responses": _ANSWERS,
}
_KNOWN = _get("What is known of these bytes: their answer, or which parts are here", _EITHER, _SHA)
_KNOWN["get"]["responses"]["202"] = {"description": "held with a receipt; or stored, not yet opened", **_EITHER}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {
        "title": "Waarmerk intake",
        "version": __version__,
        "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
    },
    "paths": {
        "/api/v1/inbox/{sha256}": {"put": _PUT, **_KNOWN},
        "/api/v1/inbox/{sha256}/parts/{n}": {"put": _PUT_PART},
        "/api/v1/inbox/{sha256}/complete": {"post": _COMPLETE},
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
                    "missing": {
                        "type": "array",
                        "items": _HASH,
                        "description": "manifests that the receiver gave receipts for and has no more: send them again",
                    },
                },
            },
            "State": {
                "type": "object",
                "required": ["state", "sha256"],
                "properties": {
                    "state": {"enum": ["stored", "parts"]},
                    "sha256": _HASH,
                    "code": {"type": "string"},
                    "part_size": {"type": "integer"},
                    "parts": {"type": "array", "items": {"type": "integer"}},
                },
            },
        }
    },
}
