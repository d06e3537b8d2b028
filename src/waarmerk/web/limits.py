"""Limits per address on what was refused before it was authentic (security.md 5.3). What was authentic never counts.

In memory: who restarts the service forgives everybody. This machine itself is not limited; a proxy on it names the address.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from django.http import HttpRequest

REFUSED_AN_HOUR = 30
"""Refused uploads; a municipality whose envelope is refused thirty times telephones."""
BYTES_AN_HOUR = 2 << 30
"""Bytes of them, and of parts that were never completed: two of the largest envelopes, and some."""
ADDRESSES = 10_000
"""Addresses that are remembered; beyond them the one that was quiet longest is forgotten."""
HOUR = 3_600.0


@dataclass(slots=True)
class _Seen:
    events: deque[tuple[float, int, int]] = field(default_factory=deque)


class Limits:
    """What each address was refused within the last hour."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[str, _Seen] = {}

    def exceeded(self, address: str) -> bool:
        """Whether this address must wait."""
        with self._lock:
            seen = self._seen.get(address)
            if seen is None:
                return False
            while seen.events and seen.events[0][0] < self._clock() - HOUR:
                seen.events.popleft()
            uploads, size = (sum(event[n] for event in seen.events) for n in (1, 2))
            return uploads >= REFUSED_AN_HOUR or size >= BYTES_AN_HOUR

    def count(self, address: str, *, uploads: int, size: int) -> None:
        """Take into account what was refused; negative for what turned out to be authentic. No address is this machine."""
        if not address:
            return
        with self._lock:
            seen = self._seen.pop(address, None) or _Seen()
            seen.events.append((self._clock(), uploads, size))
            self._seen[address] = seen
            if len(self._seen) > ADDRESSES:
                del self._seen[next(iter(self._seen))]


LIMITS = Limits()


def address_of(request: HttpRequest) -> str:
    """Return who sends: an address, or the network of an IPv6 one; empty for this machine itself.

    Only a proxy on this machine is believed when it names another, and only the last that it names: the first ones are the
    sender's own words.
    """
    peer = _address(request.META.get("REMOTE_ADDR", ""))
    if peer is not None and not peer.is_loopback:
        return _network(peer)
    forwarded = _address(request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip())
    return _network(forwarded) if forwarded is not None and not forwarded.is_loopback else ""


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def _network(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    # Whoever has one IPv6 address has the 2^64 beside it.
    return str(ipaddress.ip_network((address, 64), strict=False) if address.version == 6 else address)
