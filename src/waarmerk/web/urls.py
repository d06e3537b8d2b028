"""All addresses of the service (architecture.md: addresses of the intake, pages)."""

from __future__ import annotations

from django.urls import path, re_path

from waarmerk.web import access, board, decisions, intake

MANIFEST = r"(?P<manifest>[0-9a-f]{64})"
DELIVERY = rf"^deliveries/{MANIFEST}"

handler400 = "waarmerk.web.middleware.unreadable"
urlpatterns = [
    re_path(r"^api/v1/inbox/(?P<digest>[0-9a-f]{64})$", intake.inbox),
    re_path(r"^api/v1/inbox/(?P<digest>[0-9a-f]{64})/parts/(?P<number>[1-9][0-9]{0,5})$", intake.part),
    re_path(r"^api/v1/inbox/(?P<digest>[0-9a-f]{64})/complete$", intake.complete),
    re_path(rf"^api/v1/receipts/{MANIFEST}$", intake.receipts),
    re_path(rf"^api/v1/receipts/{MANIFEST}/(?P<number>[1-9][0-9]{{0,5}})$", intake.receipts),
    path("api/v1/streams/<str:election>/<str:sender>/<int:epoch>", intake.streams),
    re_path(r"^api/v1/trust-lists/(?P<version>[1-9][0-9]{0,5}|latest)$", intake.trust_lists),
    path("api/v1/status", intake.status),
    path("openapi.json", intake.openapi),
    path("healthz", intake.healthz),
    path("style.css", board.style),
    path("enter/<str:secret>", access.enter),
    path("", board.board),
    path("findings", board.findings),
    path("decisions", decisions.overview),
    path("decisions/draft", decisions.draft),
    path(f"decisions/{decisions.DRAFT_NAME}", decisions.download),
    path("decisions/sign", decisions.sign),
    path("decisions/withdraw", decisions.withdraw),
    re_path(rf"{DELIVERY}$", board.delivery),
    re_path(rf"{DELIVERY}/findings$", board.findings),
    re_path(rf"{DELIVERY}/files/(?P<name>[a-z0-9][a-z0-9._-]{{0,79}})$", board.file),
    re_path(rf"{DELIVERY}/digest$", board.digest),
    re_path(rf"{DELIVERY}/totals$", board.totals),
    re_path(rf"{DELIVERY}/accept\.draft$", board.accept_draft),
    re_path(rf"{DELIVERY}/accept$", board.accept),
]
