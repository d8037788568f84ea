"""The console's pages among a million leads, and what a browser has to load for them."""

import re
from collections.abc import Iterator
from contextlib import closing

import httpx
from msgspec.structs import replace

from benchmarks.demo_data import BOT, Filled, fill, samples
from benchmarks.questions import Question, ask
from benchmarks.report import Row
from benchmarks.servers import leadkeep
from benchmarks.stage import Stage
from leadkeep.actions.create_user import create_user
from leadkeep.actions.sign_in import Browser, sign_in
from leadkeep.console.cookies import SIGN_IN
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.user import Role
from leadkeep.storage.database import Database

_AIM = 60
"""Milliseconds, of which 95 answers in a hundred may take no more."""
_WEIGHT_AIM = 150
"""Kilobytes, compressed, in all."""
_FILES = re.compile(r'(?:src|href)="(/static/[^"]+)"')
_IMPORTS = re.compile(r'from "\./([^"]+)"')


def console(stage: Stage) -> Iterator[Row]:
    filled = fill(stage.databases.new(), stage.plan.crowd)
    stage.databases.settle(filled.url)
    headers = {"Cookie": f"{SIGN_IN}={_signed_in(filled.url)}", "Accept-Encoding": "gzip"}
    engine = "" if stage.databases.name == "SQLite" else f", {stage.databases.name}"
    with leadkeep(stage.home, filled.url) as server:
        for question in _questions(filled):
            runs = [
                ask(server.url, headers, question, stage.plan.seconds).p95 for _ in range(stage.plan.runs)
            ]
            work = f"console, {question.work}, {filled.size:,} leads, p95{engine}"
            yield Row(work=work, clients=1, unit=" ms", aim=question.aim, ours_runs=runs)
        for path in ("/", "/inbox", f"/people/{filled.person_id}"):
            row = Row(work=f"console, weight of {path.split('/')[1] or 'overview'}{engine}", unit=" KB")
            weighed = [_weight(server.url, path, headers) / 1e3] * stage.plan.runs
            yield replace(row, aim=_WEIGHT_AIM, ours_runs=weighed)


def _questions(filled: Filled) -> Iterator[Question]:
    some = samples(filled.url, filled.size // 2)
    yield Question("overview", [["/"]], _AIM)
    yield Question("inbox", [["/inbox"]], _AIM)
    filters = [[f"/inbox?bot={BOT}&status={status}"] for status in ("new", "contacted", "won", "spam")]
    yield Question("inbox with two filters", filters, _AIM)
    for what, words in (
        ("first names", some.names),
        ("rare word", some.rare),
        ("last 4 digits", some.last_digits),
        ("no hit", [f"zqxj{number}" for number in range(20)]),
    ):
        yield Question(f"search, {what}", [[f"/inbox?q={word}"] for word in words], _AIM)
    yield Question("people", [["/people"]], _AIM)
    yield Question("person with 50 leads", [[f"/people/{filled.person_id}"]], _AIM)
    yield Question("lead", [[f"/leads/{lead_id}"] for _, lead_id in some.places], _AIM)


def _signed_in(url: str) -> str:
    with closing(Database(url)) as database, database.transaction() as store:
        user = create_user(store, OPERATOR, "bench@example.com", "Bench", Role.OWNER)
        return sign_in(store, user, Browser("bench", "127.0.0.1"), "bench")


def _weight(url: str, path: str, headers: dict[str, str]) -> int:
    """Bytes that cross the wire for a first view: the page, and each file that it or a script asks for."""
    with httpx.Client(base_url=url, headers=headers, trust_env=False) as client:
        page = client.get(path).raise_for_status()
        wanted, loaded, total = _FILES.findall(page.text), set[str](), _sent(page)
        while wanted:
            file = wanted.pop()
            if file in loaded:
                continue
            loaded.add(file)
            answer = client.get(file).raise_for_status()
            total += _sent(answer)
            if file.endswith(".js"):
                wanted += [f"{file.rpartition('/')[0]}/{name}" for name in _IMPORTS.findall(answer.text)]
    return total


def _sent(answer: httpx.Response) -> int:
    return answer.num_bytes_downloaded
