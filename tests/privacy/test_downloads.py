"""No ZIP of everything outlives the week, the account, or the worker who made it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from pdportal import clock, storage
from pdportal.db import db
from pdportal.inbox.models import Notice
from pdportal.privacy import services
from pdportal.privacy.models import Download
from tests.conftest import Visit
from tests.people import World

NOW = datetime(2026, 11, 10, 15, 0, tzinfo=UTC)
LEFT = NOW + timedelta(days=7, minutes=1)

Meanwhile = Callable[[Callable[[], None]], None]


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Lets something happen once, while a download is in its last part."""
    contents = services._contents

    def _meanwhile(act: Callable[[], None]) -> None:
        def _last(all_parts: Any) -> str:
            monkeypatch.setattr(services, "_contents", contents)
            act()
            return contents(all_parts)

        monkeypatch.setattr(services, "_contents", _last)

    return _meanwhile


def stored() -> set[str]:
    """The ZIPs that lie in the storage."""
    return {key for key, _stored_at in storage.keys(services.PREFIX)}


@pytest.fixture
def before(world: World) -> set[str]:
    """What other tests have left there."""
    return stored()


def asked(world: World, visit: Visit) -> Download:
    """Ada asked for her data, and to leave; nothing is collected yet."""
    with clock.at(NOW):
        visit(world.ada).post("/account/leave")
    with clock.at(LEFT - timedelta(minutes=2)):
        visit(world.ada).post("/account/data")
    return db.session.scalars(select(Download)).one()


def is_told(world: World) -> bool:
    """Whether Ada was told that it is ready."""
    kinds = db.session.scalars(select(Notice.kind).where(Notice.person_id == world.ada.id)).all()
    return "data_ready" in kinds


def test_nothing_is_collected_of_whoever_has_left(world: World, visit: Visit, before: set[str]):
    download = asked(world, visit)
    with clock.at(LEFT):
        services.carry_out()
        services.collect_what_waits()
    assert (download.ready_at, download.storage_key, stored() - before) == (None, None, set())


def test_whoever_leaves_while_it_is_collected_leaves_no_file(
    world: World, visit: Visit, before: set[str], meanwhile: Meanwhile
):
    download = asked(world, visit)
    meanwhile(services.carry_out)
    with clock.at(LEFT):
        services.collect_what_waits()
    assert (download.ready_at, download.storage_key, stored() - before) == (None, None, set())
    assert not world.ada.active
    assert not is_told(world)


def test_of_two_workers_one_stores_it(
    world: World, visit: Visit, before: set[str], meanwhile: Meanwhile
):
    download = asked(world, visit)

    def _other_worker() -> None:
        with clock.at(NOW + services.STALLED + timedelta(minutes=1)):
            services.collect_what_waits()

    meanwhile(_other_worker)
    with clock.at(NOW):
        services.collect_what_waits()
    assert stored() - before == {download.storage_key}
    assert is_told(world)


def test_a_worker_who_is_slow_and_goes_on_is_not_overtaken(
    world: World, visit: Visit, monkeypatch: pytest.MonkeyPatch
):
    asked(world, visit)
    now, begun, pieces = [NOW], [], services._pieces

    def _slowly(part, person_id):
        now[0] += services.STALLED * 0.6
        begun.append(part.name)
        if len(begun) == 4:
            services.collect_what_waits()
        return pieces(part, person_id)

    monkeypatch.setattr(services, "_pieces", _slowly)
    monkeypatch.setattr(clock, "now", lambda: now[0])
    services.collect_what_waits()
    assert len(begun) == len(set(begun)), "each part once"
    assert is_told(world)


def test_what_no_row_knows_is_swept_up(world: World, visit: Visit, before: set[str]):
    download = asked(world, visit)
    services.collect_what_waits()
    with storage.receive() as file:
        file.write(b"everything")
        storage.put_received(f"{services.PREFIX}/lost", file)
    services.sweep_downloads()
    assert stored() - before == {download.storage_key, f"{services.PREFIX}/lost"}, "too new"
    with clock.at(clock.now() + services.UNKNOWN + timedelta(minutes=1)):
        services.sweep_downloads()
    assert stored() == {download.storage_key}


def test_one_that_fails_keeps_no_other_from_being_collected(
    world: World, visit: Visit, monkeypatch: pytest.MonkeyPatch
):
    pieces = services._pieces

    def _failing(part, person_id):
        if person_id == world.ben.id:
            raise RuntimeError
        return pieces(part, person_id)

    monkeypatch.setattr(services, "_pieces", _failing)
    visit(world.ben).post("/account/data")
    visit(world.ada).post("/account/data")
    services.collect_what_waits()
    assert is_told(world)
