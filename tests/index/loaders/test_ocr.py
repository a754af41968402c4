"""Writing on images and scanned pages, on pages that are drawn here."""

import io
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import matplotlib
import pytest
from PIL import Image, ImageDraw, ImageFont

from index.errors import EmptyDocument, FileTooLarge, UnreadableFile, UnsupportedFormat
from index.limits import PIXELS
from index.loading.loaders import ocr
from index.loading.loaders.dispatch import is_supported
from qa import retrieve

FONTS = Path(matplotlib.get_data_path()) / "fonts/ttf"
LEFT = (
    "The harbour office opens at seven",
    "in the morning, and it is closed on",
    "Sundays. Boats longer than twelve",
    "metres pay 38.50 euros for each",
    "night at the inner quay.",
)
RIGHT = (
    "Nobody may moor at the outer quay",
    "between November and the end of",
    "March unless the harbour master",
    "agrees. The lighthouse was built in",
    "1871 by the engineer Sandberg.",
)
POLISH = ("Właściciel łodzi płaci", "38,50 zł za każdą noc.")
UNREAD = {
    "Cyrillic": ("Портовая контора открывается", "в семь часов утра и закрыта", "по воскресеньям."),
    "Greek": ("Το λιμάνι ανοίγει στις επτά", "το πρωί και κλείνει στις έξι."),
    "Hebrew": (
        "משרד הנמל נפתח בשעה שבע",
        "אין לעגון כאן בלי אישור",
        "סירות ארוכות משנים עשר מטרים",
        "משלמות עבור כל לילה ברציף הפנימי",
    ),
    "Arabic": ("مكتب الميناء يفتح في السابعة صباحا", "ولا يجوز لأحد أن يرسو هنا"),
}


def drawn(
    *columns: tuple[str, ...], font="DejaVuSerif.ttf", mode="L", paper=255, ink=0
) -> Image.Image:
    """Return a picture of columns of lines, at 150 dots an inch."""
    letters = ImageFont.truetype(str(FONTS / font), 24)
    widths = [max(letters.getlength(line) for line in column) for column in columns]
    size = round(sum(widths) + 50 * (len(columns) + 1)), 34 * max(map(len, columns)) + 100
    picture = Image.new(mode, size, paper)
    pen, left = ImageDraw.Draw(picture), 50.0
    for column, width in zip(columns, widths, strict=True):
        for number, line in enumerate(column):
            pen.text((left, 50 + 34 * number), line, font=letters, fill=ink)
        left += width + 50
    return picture


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def wrong_words(text: str, *columns: tuple[str, ...]) -> list[str]:
    """Return the words that stand in a text in another order or other letters, or not at all."""
    expected = " ".join(line for column in columns for line in column).split()
    found = text.split()
    return [
        f"{one} {other}" for one, other in zip(expected, found, strict=False) if one != other
    ] + (found[len(expected) :] + expected[len(found) :])


def without_ocr(monkeypatch) -> None:
    for module in ("ocr", "images", "dispatch", "pdf.loader"):
        monkeypatch.setattr(f"index.loading.loaders.{module}.is_installed", lambda: False)


@pytest.mark.slow
def test_two_columns_of_a_photo_that_lies_on_its_side_are_read_one_after_the_other(read):
    turned = drawn(LEFT, RIGHT).rotate(90, expand=True)

    loaded = read("photo.png", saved(turned, "PNG"))

    assert wrong_words(loaded.text, LEFT, RIGHT) == []
    assert (loaded.format, loaded.pictured, loaded.left_out) == ("image", (1,), ())


@pytest.mark.slow
def test_a_picture_on_its_head_on_a_transparent_ground_is_read(read):
    picture = drawn(POLISH, mode="RGBA", paper=(0, 0, 0, 0), ink=(0, 0, 0, 255))

    loaded = read("sign.webp", saved(picture.rotate(180), "WEBP", lossless=True))

    assert wrong_words(loaded.text, POLISH) == []


@pytest.mark.slow
def test_pages_of_a_fax_are_pages_and_those_that_a_camera_turned_stand_upright(read):
    first, second = drawn(LEFT), drawn(RIGHT)
    fax = saved(first.convert("1"), "TIFF", save_all=True, append_images=[second.convert("1")])

    loaded = read("fax.tif", fax)

    one, other = (loaded.text[start:] for start in loaded.page_starts)
    assert wrong_words(one, LEFT, RIGHT) == wrong_words(other, RIGHT) == []
    assert loaded.pictured == (1, 2)
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = saved(first.rotate(90, expand=True).convert("RGB"), "JPEG", exif=exif, quality=90)
    assert wrong_words(read("photo.jpg", photo).text, LEFT) == []


@pytest.mark.slow
def test_a_question_finds_a_sentence_of_a_scan_and_says_that_it_was_read_from_a_picture(
    corpus, tmp_path
):
    path = tmp_path / "scan.pdf"
    pages = [drawn(column).convert("RGB") for column in (LEFT, RIGHT)]
    path.write_bytes(
        saved(pages[0], "PDF", save_all=True, append_images=pages[1:], resolution=150, quality=95)
    )
    told: list[str] = []

    (outcome,) = corpus.add([path], progress=lambda step: told.append(step.name))

    assert outcome.document.pictured == (1, 2)
    assert outcome.document.left_out == ()
    assert [n for n in told if "page" in n] == ["scan.pdf, page 1 of 2", "scan.pdf, page 2 of 2"]
    best = retrieve("Who built the lighthouse in 1871?", corpus=corpus)[0]
    assert best.text == "The lighthouse was built in 1871 by the engineer Sandberg."
    assert best.where.endswith("page 2, read from a picture")
    (again,) = corpus.add([path])
    assert again.status == "unchanged"


@pytest.mark.slow
@pytest.mark.parametrize("script", UNREAD)
def test_writing_that_is_not_read_is_refused_with_what_is(read, script):
    with pytest.raises(UnreadableFile, match=rf"Latin, Chinese and Japanese .* not .*{script}"):
        read("notice.png", saved(drawn(UNREAD[script], font="DejaVuSans.ttf"), "PNG"))


@pytest.mark.slow
def test_a_picture_without_writing_says_so(read):
    with pytest.raises(EmptyDocument, match="nothing that can be read"):
        read("sky.bmp", saved(Image.new("RGB", (300, 200), "skyblue"), "BMP"))


@pytest.mark.slow
def test_a_package_without_its_models_is_named_and_nothing_is_fetched(monkeypatch, tmp_path):
    import rapidocr

    monkeypatch.setattr(rapidocr, "__file__", str(tmp_path / "rapidocr" / "__init__.py"))
    ocr._engine.cache_clear()
    with pytest.raises(
        UnreadableFile, match=re.escape(f"lacks its models. Install it again: {ocr.INSTALL}")
    ):
        ocr._engine()


def test_an_image_of_too_many_pixels_is_refused_before_it_is_unpacked(read, monkeypatch):
    monkeypatch.setattr("index.loading.loaders.images.PIXELS", replace(PIXELS, most=10_000))

    with pytest.raises(FileTooLarge, match=r"wall\.png has more than 10,000 pixels"):
        read("wall.png", saved(Image.new("L", (101, 100)), "PNG"))


@pytest.mark.parametrize("kind", ["png", "jpg", "tif", "bmp", "webp"])
def test_half_an_image_is_called_damaged(read, kind):
    whole = saved(drawn(LEFT).convert("RGB"), {"jpg": "JPEG", "tif": "TIFF"}.get(kind, kind))

    for content in (whole[: len(whole) // 2], b"no image at all", b"%!" + whole[2:]):
        with pytest.raises(UnreadableFile, match=rf"a\.{kind} is damaged"):
            read(f"a.{kind}", content)


def test_without_the_package_images_and_scans_name_the_command_that_gets_it(
    read, monkeypatch, tmp_path
):
    without_ocr(monkeypatch)
    scan = saved(drawn(LEFT), "PDF", resolution=150)
    command = re.escape('pip install "verbatim-qa[ocr]"')

    with pytest.raises(UnsupportedFormat, match=f"photo.png is an image.*{command}"):
        read("photo.png", saved(drawn(LEFT), "PNG"))
    with pytest.raises(EmptyDocument, match=f"scan.pdf has no text, only images.*{command}"):
        read("scan.pdf", scan)
    assert not is_supported(Path("photo.png")), "in a folder they are left out by kind"


def test_what_reads_pictures_is_loaded_when_one_is_met_and_not_before():
    code = "import sys, index.loading.worker; print({'rapidocr', 'cv2', 'PIL'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "set()"
