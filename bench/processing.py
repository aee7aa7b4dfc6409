"""A minute of 720p made ready to be watched: by the portal's job, and by ffmpeg alone.

`python -m bench.processing`: both make the same files (one that plays everywhere, a small one, a
picture), in turns. The portal also looks what is in the file, tells how far it is, takes place and
device out, and stores what came of it.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sqlalchemy import select

from bench.seed import seed
from pdportal import create_app
from pdportal.accounts.models import Person
from pdportal.db import committing, db
from pdportal.db.migrations import upgrade_database
from pdportal.uploads import Upload
from pdportal.video import files, processing, services
from pdportal.video.ffmpeg import find_ffmpeg

ROUNDS = 3
FILM = "testsrc2=size=1280x720:rate=30:duration=60,noise=alls=12:allf=t"
KINDS = {
    "H.264, kept as it is": ["-c:v", "libx264", "-preset", "veryfast"],
    "HEVC, converted": ["-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1"],
}
SOUND = ["-c:a", "aac", "-b:a"]
SMALL = ["-vf", "scale=-2:480", "-c:v", "libx264", "-preset", "veryfast", "-crf", "27"]
SMALL += ["-maxrate", "600k", "-bufsize", "1200k", *SOUND, "64k", "-ac", "1"]
FULL = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-maxrate", "5000k"]
FULL += ["-bufsize", "10000k", *SOUND, "128k"]
PICTURE = ["-vf", "scale=640:-2", "-frames:v", "1", "-q:v", "5"]


def main() -> None:
    """Make a film of each kind, process it by each way in turns, print."""
    with tempfile.TemporaryDirectory(prefix="pdportal-processing-") as name:
        folder = Path(name)
        app = create_app({"DATA": folder / "data"})
        upgrade_database(app)
        seed(app, reviews=1)
        for kind, codec in KINDS.items():
            film = folder / "film.mp4"
            drawn = ["-f", "lavfi", "-i", FILM, "-f", "lavfi", "-i", "sine=duration=60"]
            _ffmpeg(*drawn, *codec, "-pix_fmt", "yuv420p", *SOUND, "128k", str(film))
            played = ["-c", "copy"] if "kept" in kind else FULL
            found: dict[str, list[tuple[float, float]]] = {"portal": [], "ffmpeg": []}
            for _round in range(ROUNDS):
                with app.test_request_context():
                    clip_id = _add(film)
                    found["portal"].append(_timed(partial(processing.process_clip, clip_id)))
                found["ffmpeg"].append(_timed(partial(_alone, film, played, folder)))
            _show(kind, found)


def _add(film: Path) -> int:
    with committing(), film.open("rb") as source, Upload.of(source) as upload:
        owner = db.session.scalars(select(Person)).first()
        assert owner is not None  # the seed has some
        stored = files.store_file(upload, files.largest_in_pieces())
        until = services.usual_end(services.today_of(owner))
        said = {"title": "A lesson", "about": "", "consent": "All.", "delete_by": until}
        return services.add_clip(owner, stored, **said).id


def _alone(film: Path, played: list[str], folder: Path) -> None:
    both = [*played, "-movflags", "+faststart", str(folder / "play.mp4"), *SMALL]
    _ffmpeg("-i", str(film), *both, "-movflags", "+faststart", str(folder / "small.mp4"))
    _ffmpeg("-ss", "6", "-i", str(folder / "play.mp4"), *PICTURE, str(folder / "poster.jpg"))


def _ffmpeg(*words: str) -> None:
    command = [find_ffmpeg() or "ffmpeg", "-nostdin", "-v", "error", "-y", *words]
    subprocess.run(command, check=True)


def _timed(act: Callable[[], None]) -> tuple[float, float]:
    """Seconds by the clock, and of processor time with what was started."""
    before, began = _processor(), time.perf_counter()
    act()
    return time.perf_counter() - began, _processor() - before


def _processor() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _show(kind: str, found: dict[str, list[tuple[float, float]]]) -> None:
    print(kind)
    for name, runs in found.items():
        clock, processor = (statistics.median(run[n] for run in runs) for n in (0, 1))
        print(f"{name:>8}: {clock:6.1f} s, processor {processor:6.1f} s for a minute of 720p")
    ratio = [
        statistics.median(ours[n] / alone[n] for ours, alone in zip(*found.values(), strict=True))
        for n in (0, 1)
    ]
    print(f"portal/ffmpeg, median of {ROUNDS} pairs: {ratio[0]:.2f}, processor {ratio[1]:.2f}")


if __name__ == "__main__":
    main()
