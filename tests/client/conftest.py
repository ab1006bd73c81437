"""The server whose answers a test decides."""

from __future__ import annotations

from tests.client.site import site as site
