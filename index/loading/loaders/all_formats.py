"""What reads each format. It is imported when a file is read: most of what runs never reads one."""

from collections.abc import Callable
from typing import Final

from index.documents import LoadedFile
from index.loading.loaders.cards.calendars import load_calendar
from index.loading.loaders.cards.contacts import load_contacts
from index.loading.loaders.docx import load_docx
from index.loading.loaders.epub.loader import load_epub
from index.loading.loaders.html.loader import load_html
from index.loading.loaders.images import load_image
from index.loading.loaders.mail.loader import load_mail, load_mailbox
from index.loading.loaders.mail.outlook import load_outlook
from index.loading.loaders.mail.pasted import load_text
from index.loading.loaders.mail.saved_page import load_saved_page
from index.loading.loaders.markdown.loader import load_markdown
from index.loading.loaders.markup.asciidoc import load_asciidoc
from index.loading.loaders.markup.bibtex import load_bibtex
from index.loading.loaders.markup.org import load_org
from index.loading.loaders.markup.rst import load_rst
from index.loading.loaders.markup.tex import load_tex
from index.loading.loaders.notebook import load_notebook
from index.loading.loaders.opendocument.sheets import load_ods
from index.loading.loaders.opendocument.slides import load_odp
from index.loading.loaders.opendocument.text import load_odt
from index.loading.loaders.pdf.loader import load_pdf
from index.loading.loaders.plain.csv import load_csv
from index.loading.loaders.records import load_json
from index.loading.loaders.rtf.loader import load_rtf
from index.loading.loaders.sheets.xls import load_xls
from index.loading.loaders.sheets.xlsx import load_xlsx
from index.loading.loaders.sheets.xml2003 import load_xml2003
from index.loading.loaders.slides.pptx import load_pptx
from index.loading.loaders.source_code import load_code
from index.loading.loaders.subtitles import load_subtitles

LOADERS: Final[dict[str, Callable[[bytes, str], LoadedFile]]] = {
    "text": load_text,
    "csv": load_csv,
    "markdown": load_markdown,
    "html": load_html,
    "mhtml": load_saved_page,
    "pdf": load_pdf,
    "docx": load_docx,
    "xlsx": load_xlsx,
    "xls": load_xls,
    "xml2003": load_xml2003,
    "pptx": load_pptx,
    "rtf": load_rtf,
    "odt": load_odt,
    "ods": load_ods,
    "odp": load_odp,
    "epub": load_epub,
    "mail": load_mail,
    "mailbox": load_mailbox,
    "outlook": load_outlook,
    "notebook": load_notebook,
    "json": load_json,
    "subtitles": load_subtitles,
    "calendar": load_calendar,
    "contacts": load_contacts,
    "rst": load_rst,
    "org": load_org,
    "asciidoc": load_asciidoc,
    "latex": load_tex,
    "bibtex": load_bibtex,
    "code": load_code,
    "image": load_image,
}
