"""Files for tests, made from a few words: small PDFs, Word documents, archives, and some that are made to hurt."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence

WORD_NAMES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
}
CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument'
    '.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument'
    '.wordprocessingml.styles+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
    'Target="{target}"/></Relationships>'
)
STYLES = (
    f'<?xml version="1.0"?><w:styles xmlns:w="{WORD_NAMES["w"]}">'
    + "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{n}"><w:name w:val="heading {n}"/></w:style>' for n in (1, 2, 3)
    )
    + "</w:styles>"
)

Printed = tuple[float, str]
"""Size of the letters, and a line."""


def pdf(*pages: Sequence[Printed], info: str = "") -> bytes:
    """A PDF whose pages hold these lines from top to bottom."""
    return pdf_of([page_stream(lines) for lines in pages], info=info)


def pdf_in_any_script(lines: Sequence[str], *, title: str = "") -> bytes:
    """A PDF of one page whose lines may hold any letters; each letter is a glyph that says what it is."""
    letters = sorted({letter for line in lines for letter in line})
    glyph = {letter: number for number, letter in enumerate(letters, start=1)}
    drawn = [
        f"/F1 11 Tf 1 0 0 1 50 {780 - 14 * n} Tm <{''.join(f'{glyph[c]:04x}' for c in line)}> Tj"
        for n, line in enumerate(lines)
    ]
    ranges = [f"<{glyph[letter]:04x}> <{letter.encode('utf-16-be', 'replace').hex()}>" for letter in letters]
    blocks = [ranges[start : start + 100] for start in range(0, len(ranges), 100)]
    words = "\n".join(f"{len(block)} beginbfchar\n{chr(10).join(block)}\nendbfchar" for block in blocks)
    cmap = f"begincmap\n1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{words}\nendcmap"
    font = (
        "/Type /Font /Subtype /CIDFontType2 /BaseFont /A /CIDSystemInfo << /Registry (A) /Ordering (I) /Supplement 0 >>"
    )
    page = "/MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R {page} >>".encode(),
        _stream("\n".join(["BT", *drawn, "ET"])),
        b"<</Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /ToUnicode 7 0 R /DescendantFonts [6 0 R]>>",
        f"<< {font} >>".encode(),
        _stream(cmap),
        f"<< /Title <feff{title.encode('utf-16-be', 'replace').hex()}> >>".encode(),
    ]
    return _numbered(objects, " /Info 8 0 R" if title else "")


def _stream(text: str) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text.encode()), text.encode())


def page_stream(lines: Sequence[Printed]) -> bytes:
    """The drawing of one page."""
    y, parts = 780.0, ["BT"]
    for size, text in lines:
        y -= size * 1.3
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        parts.append(f"/F1 {size} Tf 1 0 0 1 50 {y:.1f} Tm ({escaped}) Tj")
    return "\n".join([*parts, "ET"]).encode("latin-1")


def pdf_of(streams: Sequence[bytes], *, info: str = "", is_packed: bool = False) -> bytes:
    """A PDF with one drawing a page, by hand."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(streams)))
    filters = " /Filter /FlateDecode" if is_packed else ""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(streams)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for n, stream in enumerate(streams):
        page = f"/MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * n} 0 R"
        objects.append(f"<< /Type /Page /Parent 2 0 R {page} >>".encode())
        objects.append(b"<< /Length %d%s >>\nstream\n%s\nendstream" % (len(stream), filters.encode(), stream))
    if info:
        objects.append(f"<< /Title ({info}) >>".encode())
    return _numbered(objects, f" /Info {len(objects)} 0 R" if info else "")


def _numbered(objects: Sequence[bytes], trailer: str) -> bytes:
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R{trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def encrypted_pdf(password: str) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf([(12, "Secret text.")]))))
    writer.encrypt(password, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def pdf_bomb(*, unpacked: int) -> bytes:
    """A page whose drawing is a hundred-thousandth of what it becomes."""
    packer = zlib.compressobj(9)
    chunk = b"\0" * 1_000_000
    packed = b"".join(packer.compress(chunk) for _ in range(unpacked // len(chunk))) + packer.flush()
    return pdf_of([packed], is_packed=True)


def docx(body: str) -> bytes:
    """A Word document of WordprocessingML between `<w:body>` tags."""
    document = f'<?xml version="1.0"?><w:document xmlns:w="{WORD_NAMES["w"]}"><w:body>{body}</w:body></w:document>'
    return packed(
        {
            "[Content_Types].xml": CONTENT_TYPES,
            "_rels/.rels": RELATIONS.format(kind="officeDocument", target="word/document.xml"),
            "word/_rels/document.xml.rels": RELATIONS.format(kind="styles", target="styles.xml"),
            "word/styles.xml": STYLES,
            "word/document.xml": document,
        }
    )


def paragraph(text: str, *, heading: int = 0) -> str:
    style = f'<w:pPr><w:pStyle w:val="Heading{heading}"/></w:pPr>' if heading else ""
    return f"<w:p>{style}<w:r><w:t>{text}</w:t></w:r></w:p>"


def table(*rows: Sequence[str]) -> str:
    def cells(row: Sequence[str]) -> str:
        return "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row)

    return f"<w:tbl>{''.join(f'<w:tr>{cells(row)}</w:tr>' for row in rows)}</w:tbl>"


def packed(members: Mapping[str, str | bytes]) -> bytes:
    """A zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()
