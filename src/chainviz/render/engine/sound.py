"""Gives a silent clip the sounds that a scene added."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
from manim.scene.scene_file_writer import convert_audio

__all__ = ["add_sound_track"]


def add_sound_track(clip: Path, audio: Any) -> None:
    """Mux a pydub segment into an mp4, as AAC; the pictures are copied, not encoded again."""
    wav = clip.with_suffix(".wav")
    aac = clip.with_suffix(".aac")
    whole = clip.with_name(f"{clip.stem}_with_sound{clip.suffix}")
    try:
        audio.export(wav, format="wav").close()
        convert_audio(wav, aac, "aac")
        _mux(clip, aac, whole)
        whole.replace(clip)
    finally:
        for leftover in (wav, aac, whole):
            leftover.unlink(missing_ok=True)


def _mux(pictures: Path, sounds: Path, target: Path) -> None:
    with (
        av.open(pictures) as video,
        av.open(sounds) as audio,
        av.open(target, "w", options={"movflags": "+faststart"}) as out,
    ):
        out.metadata.update(video.metadata)
        sources = (video.streams.video[0], audio.streams.audio[0])
        targets = [out.add_stream_from_template(stream) for stream in sources]
        for container, source, stream in zip((video, audio), sources, targets, strict=True):
            for packet in container.demux(source):
                if packet.dts is not None:
                    packet.stream = stream
                    out.mux(packet)
        out.set_chapters(video.chapters())
