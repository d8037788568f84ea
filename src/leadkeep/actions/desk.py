"""Everything the faces work with, put together once by `app`."""

from typing import NamedTuple
from zoneinfo import ZoneInfo

from leadkeep.actions.admit import Doorkeeper
from leadkeep.actions.capture_queue import CaptureQueue
from leadkeep.actions.directory import Directory
from leadkeep.actions.gate import Gate
from leadkeep.actions.key_limits import KeyLimits
from leadkeep.actions.live_feed import LiveFeed
from leadkeep.actions.once import InFlight
from leadkeep.actions.passwords import Passwords
from leadkeep.actions.reception import Reception
from leadkeep.storage.database import Database


class Desk(NamedTuple):
    """Handed to each face; belongs to one event loop."""

    database: Database
    gate: Gate
    directory: Directory
    doorkeeper: Doorkeeper
    captures: CaptureQueue
    in_flight: InFlight
    live: LiveFeed
    key_limits: KeyLimits
    reception: Reception
    passwords: Passwords
    time_zone: ZoneInfo
