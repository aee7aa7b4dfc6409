"""What is printed, as the browser puts it on paper."""

from __future__ import annotations

import pypdfium2
import pytest

from tests.browser.conftest import PageAs


@pytest.mark.parametrize("protocol", ["tag", "tuning", "single-point-rubric"])
@pytest.mark.parametrize("paper", ["Letter", "A4"])
def test_a_hand_out_is_one_sheet_for_each_band_and_one_for_its_teacher(
    page_as: PageAs, protocol: str, paper: str
):
    page = page_as("Ada Okafor")
    page.goto(f"/feedback/protocols/{protocol}/students")
    sheets = [
        sheet.get_textpage().get_text_bounded()
        for sheet in pypdfium2.PdfDocument(page.pdf(format=paper))
    ]
    assert len(sheets) == page.locator(".sheet").count() == 4
    for band, sheet in zip(("K–5", "6–12"), sheets[::2], strict=True):
        assert f"Grades {band}" in sheet
        assert sheet.count("CC BY 4.0") == 1
