"""Videos of a module: played from its folder, with captions and words to read; others are links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.modules.compiler.folders import PAGE, html, module, page, png, told, whole

MP4 = b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + bytes(100)
VTT = """WEBVTT

00:01.000 --> 00:04.000
Three <b>seconds</b> & more.

01:23.000 --> 01:25.000
Now.
"""
VIDEO = '::: video {src="lesson.mp4" captions="lesson.vtt" title="A \\"lesson\\" <1>"}\n:::\n'
DOCS = Path(__file__).parents[3] / "docs" / "writing-modules.md"


def test_a_video_has_its_captions_and_each_of_them_leads_to_its_moment(tmp_path: Path) -> None:
    made, compilation = page(tmp_path, f"Look.\n\n{VIDEO}\nAfter.", lesson_mp4=MP4, lesson_vtt=VTT)
    assert told(compilation) == []
    shown = html(made)
    video, captions = sorted(
        whole(compilation).assets, key=lambda asset: asset.content_type != "video/mp4"
    )
    assert shown.startswith("<p>Look.</p>")
    assert shown.endswith("<p>After.</p>")
    assert f'<source src="{video.url}" type="video/mp4">' in shown
    assert (
        f'<track kind="captions" src="{captions.url}" srclang="en" label="Captions" default>'
        in shown
    )
    assert 'aria-label="A &#34;lesson&#34; &lt;1&gt;"' in shown
    assert (
        f'<a href="{video.url}#t=1" id="t=1" data-moment="1">Three seconds &amp; more.</a>' in shown
    )
    assert "<time>1:23</time>" in shown
    assert captions.text == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nThree seconds &amp; more.\n\n"
        "00:01:23.000 --> 00:01:25.000\nNow.\n"
    )
    assert "Three seconds & more. Now." in made.text, "search finds what is said"


def test_moments_of_a_video_can_be_linked_to(tmp_path: Path) -> None:
    text = (
        f"[Here](#t=83) and [there](02-b.md#t=5), [in the other](#two&t=7).\n\n{VIDEO}\n"
        + VIDEO.replace("{src", "{#two src")
    )
    beside: dict[str, str | bytes] = {"lesson.mp4": MP4, "lesson.vtt": VTT}
    compilation = module(tmp_path, {"01-a.md": PAGE + text, "02-b.md": PAGE + VIDEO, **beside})
    assert told(compilation) == []
    shown = html(whole(compilation).pages[0])
    assert 'href="#t=83"' in shown
    assert 'href="/learn/waiting/b#t=5"' in shown
    assert 'href="#two&amp;t=7"' in shown
    assert 'id="two"' in shown
    assert 'id="two&amp;t=1"' in shown


@pytest.mark.parametrize(
    ("video", "files", "problem"),
    [
        ('{src="no.mp4" title="T"}', {}, "error The file no.mp4 is not there."),
        ('{src="../a.mp4" title="T"}', {}, "error ../a.mp4 lies outside the folder."),
        ('{src="a.mp4" title="T"}', {"a.mp4": b"<html>"}, "error a.mp4 is a page or a program"),
        (
            '{src="a.mp4" title="T"}',
            {"a.mp4": png(9, 9)},
            "error a.mp4 is not an MP4 or WebM video.",
        ),
        ('{src="a.mp4" title="T"}', {"a.mp4": b"words"}, "error a.mp4 is not what its name"),
        ('{src="l.mp4"}', {"l.mp4": MP4}, "warning This video has no title."),
        ('{src="l.mp4" title="T"}', {"l.mp4": MP4}, "warning This video has no captions and no"),
        (
            '{src="l.mp4" captions="l.vtt" title="T"}',
            {"l.mp4": MP4},
            "error The captions l.vtt are not there.",
        ),
        (
            '{src="l.mp4" poster="l.vtt" title="T"}',
            {"l.mp4": MP4, "l.vtt": VTT},
            "error l.vtt is not a picture.",
        ),
        (
            '{src="l.mp4" caption="l.vtt" title="T"}',
            {"l.mp4": MP4},
            "error “caption” means nothing",
        ),
        ('{src="http://[x" title="T"}', {}, "error"),
    ],
)
def test_faults_of_videos_are_told_at_their_line(
    tmp_path: Path, video: str, files: dict[str, str | bytes], problem: str
) -> None:
    compilation = module(tmp_path, {"01-a.md": f"{PAGE}::: video {video}\n:::", **files})
    assert any(each.startswith(f"01-a.md:5 {problem}") for each in told(compilation)), told(
        compilation
    )


def test_faults_of_captions_are_told_in_their_own_file(tmp_path: Path) -> None:
    _made, compilation = page(tmp_path, VIDEO, lesson_mp4=MP4, lesson_vtt=VTT + "\nWhen?\n")
    assert told(compilation) == [
        "lesson.vtt:9 warning This is no caption: it has no times like 00:01:05.000 --> …"
    ]


def test_a_video_in_what_is_answered_is_refused(tmp_path: Path) -> None:
    inside = f"::: reflection\nWhy?\n\n:{VIDEO.replace(chr(10) + ':::', chr(10) + '::::')}:::"
    _made, compilation = page(tmp_path, inside, lesson_mp4=MP4, lesson_vtt=VTT)
    assert "01-first.md:8 error A video cannot stand in a reflection." in told(compilation)


def test_a_video_elsewhere_is_a_link_with_a_transcript(tmp_path: Path) -> None:
    text = (
        '::: video {src="https://www.youtube.com/watch?v=abcDEF12345" title="A talk"}\n'
        "::: transcript\nWhat **she** said. <script>x</script>\n:::\n:::"
    )
    made, _compilation = page(tmp_path, text)
    shown = html(made)
    assert "<video" not in shown
    assert "<iframe" not in shown
    assert "script" not in shown.lower().replace("transcript", "")
    assert 'href="https://www.youtube.com/watch?v=abcDEF12345" rel="noopener noreferrer"' in shown
    assert 'data-frame="https://www.youtube-nocookie.com/embed/abcDEF12345"' in shown
    assert "www.youtube.com" in shown
    assert "<p>What <strong>she</strong> said. </p>" in shown


def test_a_block_of_that_name_without_a_file_stays_a_box(tmp_path: Path) -> None:
    made, compilation = page(tmp_path, "::: video\n[A talk](https://example.org/talk)\n:::")
    assert told(compilation) == []
    assert 'class="callout callout-video"' in html(made)


def test_the_video_of_the_manual_is_one(tmp_path: Path) -> None:
    examples = re.findall(r"(?ms)^~~~\n(.*?)^~~~$", DOCS.read_text("utf-8"))
    (example,) = [text for text in examples if "::: video" in text]
    made, compilation = page(
        tmp_path, example, lesson_mp4=MP4, lesson_vtt=VTT, board_png=png(90, 60)
    )
    assert told(compilation) == []
    assert html(made).count('class="film"') == 2
