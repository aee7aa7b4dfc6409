"""One notice for many people: written by a job, whole, once, and taken back like any other."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from pdportal.db import db
from pdportal.inbox import kinds, services
from pdportal.inbox.models import FanOut, Notice
from pdportal.inbox.topics import Topic
from tests.people import World


@pytest.fixture
def crowd(world: World, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Seven people, where more than three are many."""
    kinds.add_kind("waved", "%(name)s waved.", "Wave back", Topic.REQUESTS)
    monkeypatch.setattr(services, "MOST_AT_ONCE", 3)
    return [person.id for person in world.everyone[:7]]


def told() -> dict[str, int]:
    counted = db.session.execute(select(Notice.url, func.count()).group_by(Notice.url))
    return dict(counted.all())


def test_few_are_told_at_once_and_many_by_a_job(world: World, crowd: list[int], statements):
    services.notify_all(crowd[:3], "waved", "/few", name=world.ben)
    assert told() == {"/few": 3}
    with statements() as said:
        services.notify_all(crowd, "waved", "/many", sender=world.ada, name=world.ada)
        db.session.flush()
    assert len(said) == 1, "one row, however many they are"
    world.ada.name = "Ada Renamed"
    counts = []
    while db.session.scalar(select(FanOut.id)):
        services.fan_out()
        counts.append(told().get("/many", 0))
    assert counts == [3, 6], "not the one who did it"
    services.fan_out()
    assert told() == {"/few": 3, "/many": 6}
    rows = db.session.scalars(select(Notice).where(Notice.url == "/many")).all()
    assert {row.person_id for row in rows} == set(crowd) - {world.ada.id}
    assert {kinds.sentence(row.kind, row.words) for row in rows} == {"Ada Renamed waved."}


def test_a_crash_between_two_parts_tells_nobody_twice(
    world: World, crowd: list[int], monkeypatch: pytest.MonkeyPatch
):
    services.notify_all(crowd, "waved", "/many", name=world.lee)
    db.session.commit()
    written = services._write

    def write_and_die(*given: object) -> None:
        written(*given)
        raise KeyboardInterrupt

    for _part in range(2):
        monkeypatch.setattr(services, "_write", write_and_die)
        with pytest.raises(KeyboardInterrupt):
            services.fan_out()
        db.session.rollback()
        monkeypatch.setattr(services, "_write", written)
        services.fan_out()
        db.session.commit()
    services.fan_out()
    assert told() == {"/many": 7}
    assert db.session.scalar(select(func.count(FanOut.id))) == 0


def test_what_is_taken_back_before_the_job_has_told_it_is_told_to_nobody(
    world: World, crowd: list[int]
):
    for url in ("/one", "/two", "/three"):
        services.notify_all(crowd, "waved", url, name=world.lee)
    services.withdraw(crowd[0], "/one")
    services.withdraw_pages(["/two"])
    services.withdraw_notices((Notice.url == "/three") & (Notice.person_id != crowd[1]))
    services.fan_out()
    assert told() == {"/one": 6, "/three": 1}
