"""Where the links of a PDF lead."""

from pypdf import PdfReader


def followed(pdf: PdfReader) -> tuple[int, set[str]]:
    """How many lead to a place inside, each of which must be there, and the addresses of all others."""
    places, inside, outside = pdf.named_destinations, 0, set()
    for page in pdf.pages:
        for note in page.get("/Annots", []):
            note = note.get_object()
            if place := note.get("/Dest"):
                inside += 1
                assert place in places
            else:
                outside.add(note["/A"]["/URI"])
    return inside, outside
