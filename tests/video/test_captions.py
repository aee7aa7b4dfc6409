"""Captions are read as people's tools write them, and written as browsers read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdportal.video.captions.reading import Cue, decode, paragraphs, read_captions, write_vtt

VTT = """\ufeffWEBVTT - A lesson
Kind: captions

STYLE
::cue { color: red }

NOTE
Nobody reads this.

one
00:01.500 --> 00:04.000 position:10% line:0
<v Ms. Okafor>Three seconds,</v>
<i>please</i>.

01:01:05.25 --> 1:01:07,5
Tom &amp; Ana: 2 &lt; 3 <b onclick=x>yes</b>
"""
SRT = (
    "1\r\n00:00:01,500 --> 00:00:04,000\r\nThree\r\nseconds.\r\n\r\n2\r\n0:1:5.5 --> 0:1:7\r\nAgain"
)


def test_webvtt_is_read_without_its_markup() -> None:
    cues, faults = read_captions(VTT)
    assert faults == []
    assert cues == [
        Cue(1.5, 4.0, "Ms. Okafor: Three seconds, please."),
        Cue(3665.25, 3667.5, "Tom & Ana: 2 < 3 yes"),
    ]


def test_subrip_is_read_as_well() -> None:
    cues, faults = read_captions(SRT)
    assert faults == []
    assert cues == [Cue(1.5, 4.0, "Three seconds."), Cue(65.5, 67.0, "Again")]


NO_BLANKS = "WEBVTT\n00:01 --> 00:02\nOne\n00:02 --> 00:04\nTwo\n"
SBV = "0:00:01.500,0:00:04.000\nThree[br]seconds.\n\n0:01:05.5,0:01:07\nAgain\n"
ARABIC = (
    "1\n\u200f00:00:01,5 --> 00:00:03\n\u202bأين النهر؟\u202c\n\n\n3\n\n00:02 --> 00:09\nOverlaps"
)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (NO_BLANKS.encode(), [(1, 2, "One"), (2, 4, "Two")]),
        (
            SRT.replace("\r\n\r\n", "\r\n").encode(),
            [(1.5, 4, "Three seconds."), (65.5, 67, "Again")],
        ),
        (SBV.encode(), [(1.5, 4, "Three seconds."), (65.5, 67, "Again")]),
        (ARABIC.encode(), [(1.5, 3, "أين النهر؟"), (2, 9, "Overlaps")]),
        ("00:01 --> 00:02\nCafé".encode("cp1252"), [(1, 2, "Café")]),
        ("00:01 --> 00:02\nCafé".encode("utf-16"), [(1, 2, "Café")]),
        ("00:01 --> 00:02\nCafé".encode("utf-16-be"), [(1, 2, "Café")]),
        ("\ufeff00:01 --> 00:02\n{\\an8}<script>x</script>".encode(), [(1, 2, "x")]),
        ("00:01 --> 00:02\nمی\u200cرود".encode(), [(1, 2, "می\u200cرود")]),
        (b"00:01 --> 00:02\n\n00:03 --> 00:03\nB", [(3, 4, "B")]),
        (b"00:01 --> 00:02 align:start\n \nso<00:00:01.4><c> today</c>\n", [(1, 2, "so today")]),
        (b"1\n00:01 --> 00:02\nA\n \n2\n00:02 --> 00:03\nB\n", [(1, 2, "A"), (2, 3, "B")]),
    ],
)
def test_files_of_many_programs_are_read(data: bytes, said: list[tuple[float, float, str]]) -> None:
    assert read_captions(decode(data)) == ([Cue(*each) for each in said], [])


@pytest.mark.parametrize(
    ("source", "line", "fault"),
    [
        ("WEBVTT\n\nHello there", 3, "no times"),
        ("WEBVTT\n\n00:05.000 --> 00:02.000\nBack", 3, "ends before it begins"),
        ("1\n00:01 --> ninety\nB", 2, "no times"),
        ("00:01 --> 99999:00:00\nB", 1, "after a day"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_line(source: str, line: int, fault: str) -> None:
    _cues, faults = read_captions(source)
    assert faults[0][0] == line
    assert fault in faults[0][1]


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("\n\r-->0123456789:.,<>&v "))))
def test_any_text_is_read_and_what_was_read_is_written_the_same(source: str) -> None:
    cues, _faults = read_captions(source)
    assert read_captions(write_vtt(cues)) == (
        [Cue(round(cue.start, 3), round(cue.end, 3), cue.text) for cue in cues],
        [],
    )


WORDS = st.text(st.characters(categories=["L", "P", "Zs"]), min_size=1).filter(str.strip)


@given(st.lists(st.tuples(st.integers(0, 80_000_000), st.integers(1, 9000), WORDS)))
def test_cues_of_any_words_come_back(given: list[tuple[int, int, str]]) -> None:
    cues = sorted(
        Cue(start / 1000, (start + length) / 1000, " ".join(text.split()))
        for start, length, text in given
    )
    found, faults = read_captions(write_vtt(cues))
    assert faults == []
    assert found == cues


ROLLING = """WEBVTT
Kind: captions
Language: en

00:00:00.160 --> 00:00:02.470 align:start position:0%
\x20
hello<00:00:00.480><c> everyone</c>

00:00:02.470 --> 00:00:02.480 align:start position:0%
hello everyone
\x20

00:00:02.480 --> 00:00:05.030 align:start position:0%
hello everyone
today<00:00:02.720><c> we</c><00:00:03.1><c> look</c>

00:00:05.030 --> 00:00:05.040 align:start position:0%
today we look
\x20

00:00:05.040 --> 00:00:07.000 align:start position:0%
today we look
at fractions

00:00:09.000 --> 00:00:11.000 align:start position:0%
\x20
at fractions
"""


def test_captions_that_roll_are_told_once() -> None:
    once = [
        Cue(0.16, 2.48, "hello everyone"),
        Cue(2.48, 5.04, "today we look"),
        Cue(5.04, 7.0, "at fractions"),
        Cue(9.0, 11.0, "at fractions"),  # said again, after a pause
    ]
    assert read_captions(ROLLING) == (once, [])
    as_srt = (
        ROLLING.partition("en\n\n")[2].replace(".", ",").replace(" align:start position:0%", "")
    )
    assert read_captions(as_srt) == (once, [])


def test_words_that_are_repeated_on_purpose_stay() -> None:
    chorus = [
        "1\n00:01 --> 00:02\nAll together:\nrow, row",
        "2\n00:02 --> 00:03\nrow, row\nyour boat",
        *(f"{n}\n00:0{n} --> 00:0{n + 1}\nYes." for n in range(3, 9)),
    ]
    cues, _faults = read_captions("\n\n".join(chorus))
    assert [cue.text for cue in cues] == [
        "All together: row, row",
        "row, row your boat",
        *["Yes."] * 6,
    ]


def test_a_transcript_is_read_in_paragraphs() -> None:
    said = [
        (0, 2, "One."),
        (2, 3, "Two,"),
        (9, 11, "after a pause."),
        (11, 60, "Long."),
        (60, 61, "New."),
    ]
    cues = [Cue(*each) for each in said]
    assert [[cue.text for cue in part] for part in paragraphs(cues)] == [
        ["One.", "Two,"],
        ["after a pause.", "Long."],
        ["New."],
    ]
    assert list(paragraphs([])) == []


def test_a_moment_of_thousands_of_digits_is_told_at_its_line() -> None:
    cues, faults = read_captions(f"WEBVTT\n\n{'9' * 5000}:00:01.000 --> 00:00:02.000\nWords")
    assert not cues
    assert [line for line, _fault in faults] == [3]
