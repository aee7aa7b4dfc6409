"""Photos are chosen, dropped and pasted; a part of one is blurred, and the page shows it so."""

from __future__ import annotations

import io
from base64 import b64encode

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.acts import new_title
from tests.browser.conftest import PageAs

BRING = """(form, [how, files]) => {
  const brought = new DataTransfer();
  for (const [name, data] of files) {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    brought.items.add(new File([bytes], name, { type: "image/png" }));
  }
  const about = { bubbles: true, cancelable: true };
  form.dispatchEvent(
    how === "drop"
      ? new DragEvent("drop", { ...about, dataTransfer: brought })
      : new ClipboardEvent("paste", { ...about, clipboardData: brought }),
  );
}"""


def _photo(size: int) -> bytes:
    """Red on the left, blue on the right."""
    photo, out = Image.new("RGB", (size, size), "#ff0000"), io.BytesIO()
    photo.paste("#0000ff", (size // 2, 0, size, size))
    photo.save(out, "PNG")
    return out.getvalue()


def _bring(page: Page, how: str, name: str, size: int) -> None:
    """Drop a photo on the form, or paste it."""
    files = [[name, b64encode(_photo(size)).decode()]]
    page.locator("#upload-files").evaluate(BRING, [how, files])


def test_photos_are_brought_in_each_way_and_a_part_is_blurred(page_as: PageAs):
    ada = page_as("Ada Okafor")
    ada.goto("/feedback/works/new?kind=files")
    ada.get_by_label("What is it called?").fill(new_title("Three tickets"))
    ada.get_by_role("button", name="Begin").click()
    chosen = {"name": "chosen.png", "mimeType": "image/png", "buffer": _photo(320)}
    ada.locator("input[type=file]:not([capture])").set_input_files([chosen])
    _bring(ada, "drop", "dropped.png", 330)  # while the first may still be on its way
    _bring(ada, "paste", "pasted.png", 340)
    for name in ("chosen.png", "dropped.png", "pasted.png"):
        expect(ada.get_by_role("img", name=name)).to_be_visible()

    ada.locator("li.file-row", has_text="dropped.png").get_by_role("link", name="Blur").click()
    picture = ada.locator("#blur-picture img")
    expect(picture).to_be_visible()
    before = picture.get_attribute("src")
    box = picture.bounding_box()
    assert box
    ada.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.2)
    ada.mouse.down()
    ada.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.6)
    ada.mouse.up()
    assert 75 < float(ada.get_by_label("Width").input_value()) < 85
    ada.get_by_role("button", name="Blur it").click()
    expect(ada.get_by_text("1 part is blurred.")).to_be_visible()
    expect(picture).not_to_have_attribute("src", before or "")
    with Image.open(io.BytesIO(ada.request.get(picture.get_attribute("src") or "").body())) as now:
        middle, corner = (now.convert("RGB").getpixel(at) for at in ((160, 130), (10, 10)))
        assert min(middle[0], middle[2]) > 60, "red and blue run into one another under the box"
        assert corner[0] > 200 > 50 > corner[2]
