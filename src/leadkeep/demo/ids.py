"""Ids that are made anew from the same time and the same random numbers."""

from datetime import datetime
from random import Random


def id_at(moment: datetime, random: Random) -> str:
    """A UUIDv7 (RFC 9562)."""
    time = f"{int(moment.timestamp() * 1000):012x}"
    rest = random.getrandbits(74)
    end = f"{rest & (1 << 60) - 1:015x}"
    return f"{time[:8]}-{time[8:]}-7{rest >> 62:03x}-{8 | rest >> 60 & 3:x}{end[:3]}-{end[3:]}"
