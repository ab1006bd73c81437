"""What tests of several drivers work with."""

from __future__ import annotations

from tests.devices.escl_scans import servers as servers
