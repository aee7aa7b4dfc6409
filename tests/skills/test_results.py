"""Results of outside courses come in by a list: mapped once, all or nothing, twice nothing new."""

from __future__ import annotations

import io
import re

import pytest

from pdportal.db import db
from pdportal.inbox.models import Notice
from pdportal.skills.models import Placement, Provider
from pdportal.skills.results.reading import read_days, read_sheet
from pdportal.web.errors import Refused
from tests.conftest import Visit
from tests.people import World
from tests.skills.conftest import GivenSkill

LIST = (
    "Email;Course Name;Date Completed;Status\r\n"
    "ADA.OKAFOR@example.org;Question time;10/28/2026;Completed\r\n"
    '"ben.silva@example.org";"Question time";11/2/2026;"In progress"\r\n'
)


def choose(client, text: str | bytes, provider: str = "Coursely"):
    data = text.encode() if isinstance(text, str) else text
    sent = {"file": (io.BytesIO(data), "list.csv"), "provider": provider}
    return client.post("/skills/results", data=sent, content_type="multipart/form-data")


def form_of(page: str) -> dict[str, str]:
    """The boxes of a preview as a browser would send them."""
    boxes = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    selects = re.findall(r'<select id="([^"]+)".*?</select>', page, re.DOTALL)
    for name in selects:
        options = re.search(rf'<select id="{name}".*?</select>', page, re.DOTALL)
        assert options
        chosen = re.search(r'<option value="([^"]*)" selected', options[0])
        boxes[name] = chosen[1] if chosen else ""
    boxes.pop("csrf_token", None)
    return boxes


def test_a_list_is_mapped_once_and_twice_changes_nothing(
    world: World, visit: Visit, given_skill: GivenSkill
):
    skill = given_skill()
    lee = visit(world.lee)
    preview = choose(lee, LIST).location
    page = lee.get(preview).text
    assert "2 lines." in page
    assert "Choose a skill for “Question time”." in page
    assert lee.post(preview, data=form_of(page) | {"enter": "1"}).status_code == 422
    assert db.session.query(Placement).count() == 0
    chosen = form_of(page) | {"course-0": str(skill.id), "result-0": "2", "result-1": "-"}
    page = lee.post(preview, data=chosen).text
    assert "1 line can be entered" in page
    assert "1 left out" in page
    for _twice in range(2):
        assert lee.post(preview, data=chosen | {"enter": "1"}).status_code == 302
    (line,) = db.session.query(Placement)
    assert (line.person_id, line.position, line.said) == (world.ada.id, 4, "Part of my teaching")
    assert (line.at.date().isoformat(), line.provider) == ("2026-10-28", "Coursely")
    assert db.session.query(Notice).filter_by(person_id=world.ada.id).count() == 1
    assert "Coursely" in visit(world.ada).get(f"/skills/{skill.id}").text
    assert db.session.query(Provider).one().district_id == world.district.id
    # The next list is read as this one was, unless its skill is gone.
    skill.gone_at = line.at
    db.session.commit()
    lee = visit(world.lee)
    assert "Choose a skill for" in lee.get(choose(lee, LIST).location).text
    skill.gone_at = None
    db.session.commit()
    lee = visit(world.lee)
    more = LIST + "zoe.lindqvist@example.org;Question time;11/9/2026;Completed\r\n"
    preview = choose(lee, more).location
    page = lee.get(preview).text
    assert "2 lines can be entered" in page
    lee.post(preview, data=form_of(page) | {"enter": "1"})
    assert {each.person_id for each in db.session.query(Placement)} == {world.ada.id, world.zoe.id}


def test_what_is_wrong_is_told_by_line_and_nothing_is_entered(
    world: World, visit: Visit, given_skill: GivenSkill
):
    given_skill("Questioning", "question time")
    lee = visit(world.lee)
    text = (
        "email,course,date,result\n"
        "ada.okafor@example.org,Question time,2026-10-28,Met\n"
        "nobody@example.org,Question time,2026-10-28,Met\n"
        "olu.bello@example.org,Question time,2026-10-28,Met\n"
        "ben.silva@example.org,Question time,soon,Met\n"
    )
    preview = choose(lee, text).location
    chosen = form_of(lee.get(preview).text) | {"result-0": "1", "enter": "1"}
    answer = lee.post(preview, data=chosen)
    assert answer.status_code == 422
    for said in ("Line 3: Nobody here", "Line 4: Nobody here", "Line 5: “soon” is not a date."):
        assert said in answer.text
    assert db.session.query(Placement).count() == 0
    assert lee.post(preview, data=chosen | {"strangers": "1"}).status_code == 422
    chosen |= {"strangers": "1", "column-date": ""}
    assert lee.post(preview, data=chosen).status_code == 302
    assert db.session.query(Placement).count() == 2


@pytest.mark.parametrize(
    "data",
    [
        "Name\tE-mail\nÉ\ta@b.c\n".encode("utf-16"),
        "\ufeffName|E-mail\r\nÉ|a@b.c\r\n".encode(),
        "sep=;\r\nName;E-mail\r\nÉ;a@b.c\r\n".encode("cp1252"),
        '"Name","E-mail"\r\n\r\n"É","a@b.c"\r\n'.encode(),
    ],
)
def test_lists_are_read_as_programs_write_them(app, data: bytes):
    with app.test_request_context():
        sheet = read_sheet(data)
    assert sheet.heads == ["Name", "E-mail"]
    assert [cells for _line, cells in sheet.rows] == [["É", "a@b.c"]]


@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"one line", b'a,b\n"\x00', b"\xff\xfe"])
def test_what_is_no_list_is_refused(app, data: bytes):
    with app.test_request_context(), pytest.raises(Refused):
        read_sheet(data)


def test_days_are_read_as_the_column_writes_them():
    days = ["3/4/2026", "2026-03-04T10:00:00Z", "4-Mar-26", "Mar 4, 2026", "never", ""]
    said = [day.isoformat() if day else "" for day in read_days(days)]
    assert said == ["2026-03-04", "2026-03-04", "2026-03-04", "2026-03-04", "", ""]
    assert [str(day) for day in read_days(["3/4/2026", "31/12/2025 8:00"])] == [
        "2026-04-03",
        "2025-12-31",
    ]


def test_only_whoever_leads_enters_results_and_only_of_whom_they_lead(
    world: World, visit: Visit, given_skill: GivenSkill
):
    given_skill("Question time")
    world.let_schools_be_led()
    db.session.commit()
    for who in (world.ada, world.cora, world.fay):
        assert visit(who).get("/skills/results").status_code == 403
        assert choose(visit(who), LIST).status_code == 403
    preview = choose(visit(world.lee), LIST).location
    assert visit(world.max).get(preview).status_code == 404
    lou = visit(world.lou)  # Lou leads Lake School, Ada is at Hill School
    assert "Line 2: Nobody here" in lou.get(choose(lou, LIST).location).text
    for sent in ({"provider": ""}, {"provider": "x"}):
        assert visit(world.lee).post("/skills/results", data=sent).status_code == 422


def test_a_list_with_very_many_columns_is_refused(app):
    with app.test_request_context(), pytest.raises(Refused, match="At most 100 columns"):
        read_sheet(("a," * 5000 + "\n" + "b," * 5000).encode())


def test_a_provider_may_have_hundreds_of_courses(world: World, visit: Visit):
    rows = "".join(f"ada.okafor@example.org,Course {n},10/28/2026\n" for n in range(120))
    lee = visit(world.lee)
    page = lee.get(choose(lee, "Email,Course,Date\n" + rows).location).text
    assert 'name="course-119"' in page
