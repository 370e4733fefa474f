"""Pictures as a phone would have taken them on a patrol: drawn here, with camera time and place. Nobody is in them."""

from datetime import datetime, timedelta
from pathlib import Path

SCENES = ("door", "blackboard", "timetable", "advert")


def take_pictures(folder: Path, *, first: datetime) -> list[Path]:
    """Write four JPEG files into `folder`, a minute apart from `first` on."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, scene in enumerate(SCENES):
        path = folder / f"IMG_{first:%Y%m%d}_{number + 1:04d}.jpg"
        _draw(path, scene, first + timedelta(minutes=number))
        paths.append(path)
    return paths


def _draw(path: Path, scene: str, taken: datetime) -> None:
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (1600, 1200), (34, 38, 52))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 850, 1600, 1200), fill=(70, 62, 54))
    if scene == "door":
        draw.rectangle((600, 220, 1000, 950), fill=(120, 84, 50), outline=(230, 200, 140), width=14)
        draw.ellipse((930, 580, 970, 620), fill=(240, 220, 120))
        draw.rectangle((520, 90, 1080, 190), fill=(180, 40, 40))
    elif scene == "blackboard":
        draw.rectangle((150, 120, 1450, 800), fill=(22, 60, 44), outline=(160, 120, 70), width=18)
        for row in range(5):
            draw.line(
                (240, 230 + row * 110, 240 + 160 * (row + 3), 230 + row * 110), fill=(235, 235, 225), width=14
            )
    elif scene == "timetable":
        draw.rectangle((300, 100, 1300, 900), fill=(238, 236, 228))
        for step in range(8):
            draw.line((300, 100 + step * 114, 1300, 100 + step * 114), fill=(90, 90, 110), width=5)
            draw.line((300 + step * 142, 100, 300 + step * 142, 900), fill=(90, 90, 110), width=5)
    else:
        draw.rectangle((180, 160, 1420, 700), fill=(220, 170, 30), outline=(190, 20, 20), width=26)
        for row, width in enumerate((900, 620, 760)):
            draw.rectangle((280, 260 + row * 140, 280 + width, 330 + row * 140), fill=(170, 20, 30))
    image.save(path, "JPEG", quality=86, exif=_exif(taken))


def _exif(taken: datetime) -> bytes:
    from PIL import ExifTags, Image

    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Sample"
    exif[ExifTags.Base.Model] = "Drawn camera"
    exif[ExifTags.Base.Orientation] = 1
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.DateTimeOriginal] = f"{taken:%Y:%m:%d %H:%M:%S}"
    details[ExifTags.Base.OffsetTimeOriginal] = "+08:00"
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef] = "N"
    place[ExifTags.GPS.GPSLatitude] = (28.0, 41.0, 12.0)
    place[ExifTags.GPS.GPSLongitudeRef] = "E"
    place[ExifTags.GPS.GPSLongitude] = (121.0, 26.0, 30.0)
    return exif.tobytes()
