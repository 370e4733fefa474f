"""What is known about a photo: its hash, what it says about itself, and what is odd about it.

A photo's own statements (time, place, device) are recorded as they were written. They are flagged where
they look wrong and never corrected: the original bytes are the evidence, this is only a reading of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from inspector.language import tr


@dataclass(frozen=True, slots=True)
class Flag:
    """One thing to know about a photo; `code` is stable and for programs."""

    code: str
    zh: str
    en: str

    @property
    def message(self) -> str:
        """The sentence in the language of this process."""
        return tr(self.zh, self.en)


_TABLE = (
    Flag("too_large", "图片太大，不解码；原件照样保存", "Too large to decode; the original is kept"),
    Flag(
        "unknown_type",
        "不是 JPEG、PNG、WebP 或 HEIC 图片；原件照样保存",
        "Not a JPEG, PNG, WebP or HEIC picture; the original is kept",
    ),
    Flag(
        "heic_not_supported",
        "本机没有装 HEIC 解码器，不能预览；原件照样保存。可把手机相机改成“兼容性最佳（JPEG）”",
        "No HEIC decoder is installed here, so no preview; the original is kept. "
        "Set the phone's camera to “most compatible (JPEG)”, or install the extra “heic”",
    ),
    Flag(
        "not_examined",
        "解码程序未能启动，照片未查看；原件照样保存",
        "Not examined: the decoder did not start; kept",
    ),
    Flag(
        "crashed",
        "解码程序在这张图片上中断；原件照样保存",
        "The decoder broke down on this picture; it is kept",
    ),
    Flag("too_slow", "解码超时；原件照样保存", "Decoding took too long; the original is kept"),
    Flag(
        "truncated",
        "图片不完整（可能没有拷贝完）；请从手机或相机重新拷贝一次",
        "The picture is cut short (perhaps half copied); copy it again from the phone or camera",
    ),
    Flag(
        "unreadable",
        "图片打不开，不能预览；原件照样保存",
        "The picture cannot be opened; the original is kept",
    ),
    Flag("irregular", "图片结构不规范", "The structure of the file is irregular"),
    Flag("animated", "动图，只显示第一帧", "Animated; only the first frame is shown"),
    Flag(
        "no_exif",
        "没有拍摄信息（时间、位置、设备）；经聊天软件转发的照片常如此，请用原图",
        "No camera information (time, place, device), as after a chat app; use the original",
    ),
    Flag("no_time", "没有拍摄时间", "No time of taking"),
    Flag("time_odd", "拍摄时间无法识别", "The time of taking cannot be understood"),
    Flag("time_future", "拍摄时间晚于现在；请核对相机和本机的时钟", "Taken in the future; check both clocks"),
    Flag("time_old", "不是近几天拍的", "Not taken in these days"),
    Flag("no_position", "没有拍摄位置", "No place of taking"),
    Flag(
        "position_odd",
        "拍摄位置不合常理（为零、越界、残缺或不在中国境内）",
        "The place of taking is odd (zero, out of range, incomplete or outside China)",
    ),
    Flag(
        "screenshot_like", "像是截屏，不像相机拍的", "Looks like a screenshot rather than a camera's picture"
    ),
    Flag("edited", "经修图软件处理过", "Was processed by an image editor"),
)

FLAGS: Mapping[str, Flag] = {flag.code: flag for flag in _TABLE}
"""Every flag, in the order in which they are listed: what prevents seeing first, what is odd last."""


def flag(code: str) -> Flag:
    """The flag of this code; one written by a newer version is shown by its code."""
    return FLAGS.get(code) or Flag(code, code, code)


def in_order(codes: Iterable[str]) -> tuple[str, ...]:
    """The codes without repetition, in the order of `FLAGS`."""
    wanted = set(codes)
    return tuple(code for code in FLAGS if code in wanted)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a photo says it was taken: integers of 1e-7 degree, north and east positive; metres around."""

    lat: int
    lon: int
    accuracy: int | None = None

    def to_data(self) -> dict[str, Any]:
        """As entry data."""
        data: dict[str, Any] = {"lat": self.lat, "lon": self.lon}
        return data if self.accuracy is None else data | {"accuracy": self.accuracy}


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What examining a photo found.

    Attributes:
        sha256: of the original bytes, hex.
        bytes: their number.
        media_type: by content: image/jpeg, image/png, image/webp, image/heic or application/octet-stream.
        width, height: pixels as stored, before turning; 0 where unknown.
        orientation: EXIF orientation, 1 to 8.
        taken: EXIF DateTimeOriginal as "YYYY-MM-DDTHH:MM:SS", the camera's own clock, or None.
        taken_offset: the camera's offset from UTC as "+08:00", where it wrote one.
        taken_text: what stands in the file where the time should be, shown when it is odd.
        position: where, or None.
        device: maker and model, may be empty.
        software: what wrote the file, may be empty.
        readable: the whole picture could be decoded.
        flags: codes of `FLAGS`. `no_exif` stands for `no_time` and `no_position` as well.
    """

    sha256: str
    bytes: int
    media_type: str
    width: int = 0
    height: int = 0
    orientation: int = 1
    taken: str | None = None
    taken_offset: str | None = None
    taken_text: str = ""
    position: Position | None = None
    device: str = ""
    software: str = ""
    readable: bool = False
    flags: tuple[str, ...] = ()

    @property
    def findings(self) -> tuple[Flag, ...]:
        """The flags with their sentences."""
        return tuple(flag(code) for code in self.flags)

    def to_data(self) -> dict[str, Any]:
        """As entry data: strict JSON, no floats; what is unknown is left out."""
        data: dict[str, Any] = {
            "sha256": self.sha256,
            "bytes": self.bytes,
            "media_type": self.media_type,
            "readable": self.readable,
            "flags": list(self.flags),
        }
        if self.width:
            data |= {"width": self.width, "height": self.height, "orientation": self.orientation}
        for name in ("taken", "taken_offset", "taken_text", "device", "software"):
            if value := getattr(self, name):
                data[name] = value
        if self.position is not None:
            data["position"] = self.position.to_data()
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "PhotoFacts":
        """The facts again from `to_data`; fields of newer versions are passed over.

        Raises:
            KeyError: a field is missing that is always there.
        """
        where = data.get("position")
        return cls(
            sha256=data["sha256"],
            bytes=data["bytes"],
            media_type=data["media_type"],
            width=data.get("width", 0),
            height=data.get("height", 0),
            orientation=data.get("orientation", 1),
            taken=data.get("taken"),
            taken_offset=data.get("taken_offset"),
            taken_text=data.get("taken_text", ""),
            position=Position(where["lat"], where["lon"], where.get("accuracy")) if where else None,
            device=data.get("device", ""),
            software=data.get("software", ""),
            readable=data["readable"],
            flags=tuple(data["flags"]),
        )
