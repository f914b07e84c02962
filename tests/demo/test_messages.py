"""A message of the demo's folder is there whole or not at all."""

import os
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection

import shop_demo.celery  # noqa: F401 - makes `filesystem://` mean the demo's own transport


def test_a_worker_never_finds_half_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "control").mkdir()
    folders = {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path)}
    options = folders | {"control_folder": str(tmp_path / "control")}
    with Connection("filesystem://", transport_options=options) as connection:
        channel: Any = connection.channel()
        renamed, looked = os.replace, []

        def look_first(part: Path, whole: Path) -> None:
            assert part.stat().st_size > 0
            with pytest.raises(Empty):
                channel._get("celery")
            looked.append(part)
            renamed(part, whole)

        monkeypatch.setattr(os, "replace", look_first)
        channel._put("celery", {"body": "look again"})
        assert len(looked) == 1
        assert channel._get("celery") == {"body": "look again"}
        assert [one for one in tmp_path.iterdir() if one.is_file()] == []
