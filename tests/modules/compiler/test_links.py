"""Links lead somewhere or are text; pictures are shown or described; nothing reaches outside."""

from __future__ import annotations

import struct
import time
from pathlib import Path
from zlib import crc32

import pytest

from tests.modules.compiler.folders import PAGE, PNG, SVG, html, module, page, png, told, whole


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("02-next.md", "/learn/waiting/next"),
        ("02-next", "/learn/waiting/next"),
        ("02-next.html#part", "/learn/waiting/next#part"),
        ("./02-next.md#Part", "/learn/waiting/next#part"),
        ("#here", "#here"),
        ("module.md", "/learn/waiting"),
        ("/learn/other/page", "/learn/other/page"),
        ("https://example.org/?a=1", "https://example.org/?a=1"),
        ("mailto:a@example.org", "mailto:a@example.org"),
    ],
)
def test_links_between_pages_become_addresses(tmp_path: Path, target: str, address: str) -> None:
    made = module(
        tmp_path,
        {"01-a.md": f"{PAGE}## Here\n\n[x]({target})", "02-next.md": PAGE + "## Part\n\nx"},
    )
    assert told(made) == []
    assert f'<a href="{address}" rel="noopener">x</a>' in html(whole(made).pages[0])


@pytest.mark.parametrize(
    ("target", "problem", "left"),
    [
        ("02-nxt.md", "warning There is no page or file 02-nxt.md.", "<p>see x</p>"),
        ("#hree", "warning There is no heading “#hree” on this page.", "<p>see x</p>"),
        ("/elsewhere", "warning The link /elsewhere leaves this module.", "<p>see x</p>"),
        ("../../x", "error The link ../../x leads out of the folder.", "<p>see x</p>"),
    ],
)  # fmt: skip
def test_links_that_lead_nowhere_are_text_and_told(
    tmp_path: Path, target: str, problem: str, left: str
) -> None:
    made, compilation = page(tmp_path, f"## Here\n\nsee [x]({target})")
    assert told(compilation) == [f"01-first.md:7 {problem}"]
    assert left in html(made)


def test_a_heading_that_is_not_there_leaves_the_link_to_its_page(tmp_path: Path) -> None:
    made = module(tmp_path, {"01-a.md": PAGE + "[x](02-b.md#gone)", "02-b.md": PAGE + "## Here\n"})
    assert made.problems[0].hint == "Look at the headings of that page."
    assert 'href="/learn/waiting/b"' in html(whole(made).pages[0])


def test_a_scheme_that_could_act_is_text(tmp_path: Path) -> None:
    made, compilation = page(tmp_path, "[x](javascript:alert(1))")
    assert html(made) == "<p>x</p>"
    assert len(compilation.problems) == 1


def test_a_learner_is_not_led_to_a_page_of_facilitators(tmp_path: Path) -> None:
    text = "[x](02-b.md)\n\n::: instructor\n[y](02-b.md)\n:::"
    made = module(
        tmp_path,
        {"01-a.md": PAGE + text, "02-b.md": "---\ntitle: B\naudience: facilitators\n---\nb"},
    )
    first = whole(made).pages[0]
    assert html(first).startswith("<p>x</p>")
    assert 'href="/learn/waiting/b"' in first.blocks[0].data["html"]
    assert len(made.problems) == 1


def test_a_picture_is_an_asset_with_its_size(tmp_path: Path) -> None:
    made, compilation = page(tmp_path, '![A gap](a.png "Two pauses")', a_png=PNG)
    (asset,) = whole(compilation).assets
    assert (asset.path, asset.content_type, asset.width, asset.height) == (
        "a.png", "image/png", 32, 16,
    )  # fmt: skip
    assert asset.url == f"/learn/waiting/files/{asset.sha256[:16]}/a.png"
    assert html(made) == (
        f'<figure><img src="{asset.url}" alt="A gap" width="32" height="16" loading="lazy">'
        "<figcaption>Two pauses</figcaption></figure>"
    )


def test_a_picture_that_is_not_there_is_described(tmp_path: Path) -> None:
    made, compilation = page(tmp_path, "one\n\n![](gone.png){alt='Two & more'}")
    assert told(compilation) == ["01-first.md:7 warning The picture gone.png is not there."]
    assert '<div class="figure-missing"><p>Picture: Two &amp; more</p></div>' in html(made)


def test_a_picture_without_words_is_told_unless_it_says_so(tmp_path: Path) -> None:
    _, compilation = page(tmp_path, "![](a.png)\n\n![](a.png){alt=''}", a_png=PNG)
    assert told(compilation) == [
        "01-first.md:5 warning The picture a.png has no text for those who cannot see it."
    ]


def test_raw_html_pictures_are_looked_after_too(tmp_path: Path) -> None:
    made, _ = page(
        tmp_path, '<p align="center"><img src="a.png" alt="x" onerror="y"></p>', a_png=PNG
    )
    assert 'src="/learn/waiting/files/' in html(made)
    assert "onerror" not in html(made)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.svg", SVG.replace("<path", "<script>x()</script><path"), "a drawing with a script"),
        ("a.svg", SVG.replace("<path", '<path onload="x()"'), "a drawing with a script"),
        ("a.png", "<html><script>x</script></html>", "a page or a program"),
        ("a.png", "just words", "is not what its name (.png) says"),
    ],
)
def test_pictures_that_are_none_are_errors(
    tmp_path: Path, name: str, content: str, problem: str
) -> None:
    made, compilation = page(tmp_path, f"![alt]({name})", **{name.replace(".", "_"): content})
    assert problem in compilation.problems[0].message
    assert [problem.is_error for problem in compilation.problems] == [True]
    assert whole(compilation).assets == []
    assert "Picture: alt" in html(made)


def test_drawings_without_a_script_are_shown(tmp_path: Path) -> None:
    made, compilation = page(tmp_path, "![alt](a.svg)", a_svg=SVG)
    assert told(compilation) == []
    assert 'width="40" height="20"' in html(made)


def test_other_files_are_assets_but_pages_and_programs_are_not(tmp_path: Path) -> None:
    text = "[a](a.pdf) [b](b.csv) [c](c.html) [d](d.py)"
    made, compilation = page(
        tmp_path, text, a_pdf="%PDF-1.7", b_csv="x,y", c_html="<p>", d_py="print()"
    )
    assert [asset.content_type for asset in whole(compilation).assets] == [
        "application/pdf", "text/csv; charset=utf-8", "text/plain; charset=utf-8",
    ]  # fmt: skip
    assert len(compilation.problems) == 1
    assert "c</p>" not in html(made)


@pytest.mark.parametrize("target", ["../secret.png", "/etc/passwd", "link.png", "..\\secret.png"])
def test_nothing_outside_the_folder_is_reached(tmp_path: Path, target: str) -> None:
    (tmp_path / "secret.png").write_bytes(PNG)
    (tmp_path / "waiting").mkdir()
    (tmp_path / "waiting" / "link.png").symlink_to(tmp_path / "secret.png")
    made, compilation = page(tmp_path, f"![alt]({target})")
    assert whole(compilation).assets == []
    assert compilation.problems
    assert "<img" not in html(made)


def test_a_page_that_is_a_link_out_of_the_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text(PAGE + "secret")
    (tmp_path / "waiting").mkdir()
    (tmp_path / "waiting" / "01-a.md").symlink_to(tmp_path / "secret.md")
    made = module(tmp_path, {"02-b.md": PAGE + "b"})
    assert "01-a.md:1 error This file lies outside the folder." in told(made)
    assert all("secret" not in html(p) for p in whole(made).pages)


def test_a_picture_on_another_site_is_a_link(tmp_path: Path) -> None:
    made, compilation = page(tmp_path, "![alt](https://example.org/a.png)")
    assert "is on another site" in compilation.problems[0].message
    assert 'href="https://example.org/a.png"' in html(made)
    assert "<img" not in html(made)


@pytest.mark.parametrize(
    "place", ["![A *cat*](gone.png){alt='Fur'}", "![A *cat*](a.png){alt='Fur'}"]
)
def test_a_figure_keeps_its_caption_whether_its_file_is_there_or_not(
    tmp_path: Path, place: str
) -> None:
    made, _ = page(tmp_path, place, a_png=PNG)
    assert "<figcaption>A <em>cat</em></figcaption>" in html(made)
    assert "Fur" in html(made)


def test_a_caption_within_a_line_of_text_is_not_shown_and_told(tmp_path: Path) -> None:
    made, compilation = page(tmp_path, "See\n![A cat](a.png){alt='Fur'} here.", a_png=PNG)
    assert told(compilation) == ["01-first.md:6 warning The caption “A cat” is not shown."]
    assert 'alt="Fur"' in html(made)


def test_a_broken_link_is_told_at_the_line_of_its_address(tmp_path: Path) -> None:
    text = "One [x](gone.md)\ntwo [y](lost.md)\n\nSee [z].\n\n[z]: away.md"
    _, compilation = page(tmp_path, text)
    assert [each.split(" warning")[0] for each in told(compilation)] == [
        "01-first.md:5", "01-first.md:6", "01-first.md:10",
    ]  # fmt: skip


def test_a_term_is_an_anchor_that_links_lead_to(tmp_path: Path) -> None:
    made = module(
        tmp_path,
        {
            "01-a.md": PAGE + "[set](02-b.md#changeset), [b](#own)\n\n[Own `word`]{#own}",
            "02-b.md": PAGE + "[changeset]{#changeset}\n:   Changes that belong together.",
        },
    )
    assert told(made) == []
    first, second = whole(made).pages
    assert 'href="/learn/waiting/b#changeset"' in html(first)
    assert 'href="#own"' in html(first)
    assert '<dt><span id="changeset">changeset</span></dt>' in html(second)
    assert "{" not in html(first) + html(second)


@pytest.mark.one_database
def test_a_page_with_thousands_of_broken_links_is_compiled_in_time(tmp_path: Path) -> None:
    start = time.process_time()
    _, compilation = page(tmp_path, "[a](gone.md) [b](#gone) ![c](gone.png)\n" * 1_500)
    assert len(compilation.problems) > 3_000
    assert time.process_time() - start < 4


def claiming(width: int, height: int) -> bytes:
    """A PNG that says it is so large, and holds next to nothing."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return PNG[:8] + struct.pack(">I", 13) + header + struct.pack(">I", crc32(header)) + PNG[33:]


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.png", PNG + bytes(5_100_000), "has 5.1 MB, and at most 5 can be shown."),
        ("a.png", png(4001, 2), "has 4,001 × 2 pixels, and at most 4,000 a side can be shown."),
        ("a.png", claiming(20_000, 20_000), "has more than 4,000 pixels a side."),
        ("a.png", claiming(9_000, 9_000), "has 9,000 × 9,000 pixels"),
        ("a.png", claiming(3_000, 3_000), "is damaged."),
        ("a.png", png(300, 300)[:60], "is damaged."),
        ("a.jpg", b"\xff\xd8\xff\xe0" + bytes(99), "is not what its name (.jpg) says."),
        ("a.gif", b"GIF89a", "is not what its name (.gif) says."),
        ("a.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "is damaged."),
        ("a.svg", f"<svg>{' ' * 2_100_000}</svg>", "is a drawing of more than 2 MB."),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_picture_that_no_phone_would_load_is_an_error_told_once(
    tmp_path: Path, name: str, content: str | bytes, problem: str
) -> None:
    text = f"![one]({name})\n\n![two]({name})"
    _, compilation = page(tmp_path, text, **{name.replace(".", "_"): content})
    (fault,) = compilation.problems
    assert fault.is_error
    assert problem in fault.message
    assert "Save it" in fault.hint


def test_a_picture_of_the_largest_size_is_shown(tmp_path: Path) -> None:
    _, compilation = page(tmp_path, "![one](a.png)", a_png=png(4000, 4000))
    assert compilation.problems == []
