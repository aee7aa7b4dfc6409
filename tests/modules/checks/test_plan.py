"""The people of a plan."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import select

from pdportal.db import db
from pdportal.goals.models import Step
from pdportal.skills import services
from tests.conftest import Visit
from tests.modules.checks.given import CHECK_URL, module_with_check, take
from tests.people import World
from tests.skills.conftest import GivenSkill, given_skill

__all__ = ["given_skill"]


def test_colleagues_who_offer_what_is_left_stand_in_the_plan_beside_the_coach(
    world: World,
    visit: Visit,
    tmp_path: Path,
    given_skill: GivenSkill,
    statements: Callable[[], Any],
) -> None:
    module_with_check(tmp_path)
    skill, known = given_skill("Questioning"), given_skill("Talk")
    url = f"/skills/{skill.id}"
    services.offer(world.ben, skill, "Period 2, any Tuesday", to_district=False)
    services.offer(world.cora, skill, "Ask me", to_district=True)
    services.offer(world.ada, skill, "My own", to_district=True)
    services.offer(world.dee, skill, "Not of this school", to_district=False)
    services.offer(world.olu, skill, "In another district", to_district=True)
    services.offer(world.fay, known, "What is known", to_district=True)
    db.session.commit()
    ada = visit(world.ada)
    plan = take(ada, False, True).text
    assert plan.count("Ask Ben Silva about “questioning”") == 1
    assert "They offer to show this: “Period 2, any Tuesday”" in plan
    assert f'href="{url}#who"' in plan
    assert plan.count("Ask Cora Mbeki") == 1
    assert "Your coach knows your classes" in plan
    for others in ("My own", "Not of this school", "In another district", "What is known"):
        assert others not in plan
    ada.post(f"{CHECK_URL}/1/plan", data={"line": f"person-{world.ben.id}", "do": "step"})
    assert db.session.scalars(select(Step)).one().text == "Ask Ben Silva about “questioning”"
    db.session.expire_all()
    with statements() as said:
        ada.get(f"{CHECK_URL}/1")
    assert len(said) <= 8
    visit(world.ben).post(f"{url}/offer/take-back")
    assert "Period 2" not in ada.get(f"{CHECK_URL}/1").text
