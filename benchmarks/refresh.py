"""How long a refresh takes, and what memory it needs: run from the project's root after `make install`.

    .venv/bin/python benchmarks/refresh.py demo        # regional set made in demo/, then measured
    .venv/bin/python benchmarks/refresh.py FOLDER      # any folder of deposits

Prints, as medians over a few runs: the floor (reading every cell with fastexcel and polars alone), reading and conforming,
a refresh from nothing, one new deposit, nothing new, and `--help`.
"""

from __future__ import annotations

import datetime as dt
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

CLAUSES = Path(sys.executable).with_name("clauses")
REPETITIONS = 3


def median(label: str, job: Callable[[], object], repetitions: int = REPETITIONS) -> float:
    seconds = []
    for _ in range(repetitions):
        start = time.perf_counter()
        job()
        seconds.append(time.perf_counter() - start)
    value = statistics.median(seconds)
    print(f"{label:<60} {value:7.2f} s   (min {min(seconds):.2f}, max {max(seconds):.2f})")
    return value


def run(*arguments: str) -> None:
    subprocess.run([CLAUSES, *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def read_every_cell(folder: Path) -> None:
    import io
    import zipfile

    import fastexcel
    import polars as pl

    def read_csv(content: bytes) -> None:
        try:
            content.decode()
        except UnicodeDecodeError:
            content = content.decode("cp1252").encode()
        separator = max(";\t,", key=lambda s: content[:2000].count(s.encode()))
        pl.read_csv(io.BytesIO(content), separator=separator, infer_schema=False, truncate_ragged_lines=True)

    for file in folder.rglob("*"):
        if file.suffix == ".xlsx":
            try:
                workbook = fastexcel.read_excel(file)
            except fastexcel.FastExcelError:
                continue
            for sheet in workbook.sheet_names:
                workbook.load_sheet(sheet, header_row=None, dtypes="string").to_polars()
        elif file.suffix == ".csv" and file.stat().st_size:
            read_csv(file.read_bytes())
        elif file.suffix == ".zip":
            with zipfile.ZipFile(file) as archive:
                for name in archive.namelist():
                    if name.endswith(".csv"):
                        read_csv(archive.read(name))


def read_and_conform(folder: Path) -> None:
    from clauses.socle.project import SEEDS
    from ingest import pipeline
    from ingest.codes import charger_codes
    from ingest.discovery import decouvrir
    from ingest.layouts import charger_layouts

    layouts = charger_layouts()
    candidates, _ = decouvrir([folder], layouts)
    pipeline.lire(candidates, layouts, charger_codes(SEEDS), bytes(32), dt.date.today())


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("demo")
    if folder.name == "demo" and not (folder / "depots").exists():
        run("demo", str(folder), "--echelle", "regionale")
    deposits = folder / "depots" if (folder / "depots").is_dir() else folder
    with tempfile.TemporaryDirectory() as scratch:
        space = Path(scratch) / "espace"
        floor = median("floor: reading every cell", lambda: read_every_cell(deposits))
        reading = median("reading and conforming", lambda: read_and_conform(deposits))
        print(f"{'':<60} {reading / floor:7.2f} times the floor")

        def from_nothing() -> None:
            shutil.rmtree(space, ignore_errors=True)
            run("actualiser", str(deposits), "--espace", str(space))

        median("refresh from nothing", from_nothing)
        median("nothing new", lambda: run("actualiser", str(deposits), "--espace", str(space)))
        largest = max((p for p in deposits.rglob("ABC_*.*") if p.is_file()), key=lambda p: p.stat().st_size)
        alone = Path(scratch) / "others"
        shutil.copytree(deposits, alone, ignore=shutil.ignore_patterns(largest.name))
        shutil.rmtree(space)
        run("actualiser", str(alone), "--espace", str(space))
        median("one new deposit", lambda: run("actualiser", str(deposits), "--espace", str(space)), 1)
        median("--help", lambda: run("--help"), 5)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1_000_000
    print(f"{'peak memory of the largest process':<60} {peak:7.2f} GB   on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
