"""Programs of others look at certificates as PDF: qpdf, ghostscript, poppler's pdftotext, and pikepdf.

Reads a JSON list of files on standard input, each with what is to be found in it, and says `N files, …`. Ends with 1 at the first thing that is
not there. What is looked for is what PDF/A-3a and PDF/UA-1 ask of a file like ours; it is no validator of either.
"""

import json
import subprocess
import sys
from xml.etree import ElementTree

import pikepdf

SHOWS = {"Tj", "TJ", "'", '"'}
PDF_A = "{http://www.aiim.org/pdfa/ns/id/}"
PDF_UA = "{http://www.aiim.org/pdfua/ns/id/}"
PAINTS = SHOWS | {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "Do", "sh"}


class Wrong(Exception):
    pass


def must(is_so, what):
    if not is_so:
        raise Wrong(what)


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def outside(path):
    """qpdf finds no fault, ghostscript says nothing, and pdftotext reads the texts in their order."""
    code, said = run("qpdf", "--check", path)
    must(code == 0 and "No syntax or stream encoding errors found" in said, f"qpdf: {said}")
    code, said = run("gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dPDFSTOPONWARNING", "-sDEVICE=nullpage", path)
    must(code == 0 and not said.strip(), f"ghostscript: {said}")
    code, said = run("pdftotext", "-raw", path, "-")
    must(code == 0, f"pdftotext: {said}")
    return "".join(said.split())


def xmp(pdf):
    """What the metadata says: part and conformance of PDF/A, part of PDF/UA, title."""
    root = ElementTree.fromstring(pdf.Root.Metadata.read_bytes())

    def said(name):
        values = [element.text for element in root.iter(name)] + [element.attrib[name] for element in root.iter() if name in element.attrib]
        return values[0] if len(values) == 1 else values

    titles = [text for e in root.iter("{http://purl.org/dc/elements/1.1/}title") for text in e.itertext() if text.strip()]
    return (said(PDF_A + "part"), said(PDF_A + "conformance"), said(PDF_UA + "part")), titles


def catalogue(pdf, want):
    root = pdf.Root
    must(pdf.pdf_version == "1.7" and not pdf.is_encrypted, "PDF 1.7, not encrypted")
    must(str(root.Lang) == "zh-CN", f"language {root.get('/Lang')}")
    must(bool(root.MarkInfo.Marked), "marked")
    must(bool(root.ViewerPreferences.DisplayDocTitle), "the title is shown")
    must("/Outlines" in root and "/OpenAction" not in root and "/AA" not in root and "/AcroForm" not in root, "outline, and nothing that acts")
    must(any(intent.S == "/GTS_PDFA1" and "/DestOutputProfile" in intent for intent in root.OutputIntents), "output intent")
    claims, titles = xmp(pdf)
    must(claims == ("3", "A", "1"), f"PDF/A-3a and PDF/UA-1 are claimed: {claims}")
    must(titles == [want["title"]] and str(pdf.docinfo.Title) == want["title"], f"title {titles}")


def attachments(pdf, want):
    found = {}
    for spec in pdf.Root.AF:
        stream = spec.EF.UF
        found[str(spec.UF)] = (str(spec.AFRelationship), str(stream.Subtype), stream.read_bytes().decode())
        must(str(spec.Desc) and "/ModDate" in stream.Params, "each attachment is described and dated")
    must(found == {
        "credential.json": ("/Source", "/application/vc", want["credential"]),
        "receipts.json": ("/Supplement", "/application/json", want["receipts"]),
    }, f"attachments {[(name, one[:2]) for name, one in found.items()]}")
    must(len(pdf.attachments) == 2, "two attachments, by their names too")


def fonts(pdf):
    seen = set()
    for page in pdf.pages:
        for font in page.Resources.get("/Font", {}).values():
            if font.objgen in seen:
                continue
            seen.add(font.objgen)
            inner = font.DescendantFonts[0]
            descriptor = inner.FontDescriptor
            must("/ToUnicode" in font, "each font maps to characters")
            must(any(key in descriptor for key in ("/FontFile2", "/FontFile3")), "each font is embedded")
    must(seen, "there are fonts")


def walk(element, role_map, found):
    """Roles in the order in which they are read, each with its alternative text, title and number of cells."""
    if not isinstance(element, pikepdf.Dictionary) or "/S" not in element:
        return
    role = str(element.S)
    role = str(role_map.get(role, role))[1:] if role_map is not None else role[1:]
    found.append((role, str(element.get("/Alt", "")), str(element.get("/T", ""))))
    children = element.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        walk(child, role_map, found)


def structure(pdf, want):
    tree, found = pdf.Root.StructTreeRoot, []
    kids = tree.K
    for child in kids if isinstance(kids, pikepdf.Array) else [kids]:
        walk(child, tree.get("/RoleMap"), found)
    roles = [role for role, _, _ in found]
    headings = [title for role, _, title in found if role == "H1"]
    must(headings == [want["heading"]], f"one first heading: {headings}")
    rows = len(want["rows"])
    must(roles.count("Table") == 1 and roles.count("THead") == 1 and roles.count("TBody") == 1, "one table")
    must(roles.count("TR") == rows + 1 and roles.count("TH") == rows + 4 and roles.count("TD") == rows * 3, "a row for each line")
    figures = [alt for role, alt, _ in found if role == "Figure"]
    must(set(figures) <= set(want["figures"]) and want["figures"][-1] in figures, f"figures have words: {figures}")
    must("/ParentTree" in tree, "parent tree")
    return len(found)


def marked(pdf):
    """Whatever is painted belongs to the structure, or is said to be an ornament."""
    for page in pdf.pages:
        must(str(page.Tabs) == "/S" if "/Tabs" in page else True, "tab order")
        depth = 0
        for operands, operator in pikepdf.parse_content_stream(page):
            name = str(operator)
            if name in ("BDC", "BMC"):
                depth += 1
            elif name == "EMC":
                depth -= 1
            elif name in PAINTS:
                must(depth > 0, f"{name} outside of everything")
        must(depth == 0, "what begins ends")


def check(want):
    text, at = outside(want["path"]), -1
    for wanted in want["texts"]:
        at = text.find("".join(wanted.split()), at + 1)
        must(at >= 0, f"pdftotext reads {wanted!r} in its place: {text}")
    for unit, title in want["rows"]:
        must(unit + title in text, f"pdftotext reads {unit} {title}")
    must(want["code"] in text, f"pdftotext reads {want['code']}")
    with pikepdf.open(want["path"]) as pdf:
        must(not pdf.check_pdf_syntax() if hasattr(pdf, "check_pdf_syntax") else not pdf.check(), "pikepdf finds no fault")
        catalogue(pdf, want)
        attachments(pdf, want)
        fonts(pdf)
        marked(pdf)
        return structure(pdf, want)


def main():
    files = json.load(sys.stdin)
    parts = 0
    for want in files:
        try:
            parts += check(want)
        except Wrong as wrong:
            sys.exit(f"{want['path']}: {wrong}")
    print(f"{len(files)} files, {parts} parts of their structure")


if __name__ == "__main__":
    main()
