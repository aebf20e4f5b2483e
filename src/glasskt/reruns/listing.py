"""Orphans in words: by folder, with their sizes."""

from collections.abc import Sequence
from pathlib import Path

from glasskt.reruns.orphans import Orphans

FOLDERS = 20
"""Folders, or entries, that are named one by one."""


def as_text(study: str, found: Orphans) -> str:
    """A block for what no study accounts for, and one for each other study that has something here."""
    blocks = [_block("of no study of params.yaml", found.files, found.entries)] if found.files or found.entries else []
    blocks += [
        _block(f"of study {other}", found.of_others.get(other, ()), found.entries_of_others.get(other, ()))
        for other in sorted({*found.of_others, *found.entries_of_others})
    ]
    if found.unknown:
        blocks.append(_block("that no step has written, as far as records tell; never deleted", found.unknown, ()))
    return "\n".join(blocks) if blocks else f"study {study} accounts for everything under results/ and in dvc.lock\n"


def _block(whose: str, files: Sequence[Path], entries: Sequence[str]) -> str:
    lines = [f"{whose}: {_count(files)}" + (f", {counted(entries, 'entry', 'entries')} of dvc.lock" if entries else "")]
    by_folder: dict[Path, list[Path]] = {}
    for path in files:
        by_folder.setdefault(path.parent, []).append(path)
    lines += _some([f"{f'{folder}/':<58}{_count(inside):>22}" for folder, inside in by_folder.items()])
    lines += _some([f"dvc.lock: {name}" for name in entries])
    return "\n".join(lines) + "\n"


def _some(lines: list[str]) -> list[str]:
    more = [f"and {len(lines) - FOLDERS} more"] if len(lines) > FOLDERS else []
    return [f"    {line}" for line in [*lines[:FOLDERS], *more]]


def _count(files: Sequence[Path]) -> str:
    size = sum(path.stat().st_size for path in files)
    return f"{counted(files, 'file', 'files')}, {size / 1e6:.1f} MB"


def counted(things: Sequence[object], one: str, many: str) -> str:
    """
    Example:
        >>> counted([3], "file", "files"), counted([], "file", "files")
        ('1 file', '0 files')
    """
    return f"{len(things)} {one if len(things) == 1 else many}"
