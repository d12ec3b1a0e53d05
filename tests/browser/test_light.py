"""A page that is only opened costs little: what is far is neither laid out nor fetched, and yet nothing is lost."""

CHAPTER = "chapters/10_optimizers.html"  # the longest
PICTURES = "chapters/16_visualization.html"
PHONE = 360
FAR = "KaTeX_Size3-Regular.woff2"  # a font is asked for as the first formula with it is laid out
DOWN = """async () => {
    for (let y = 0; y < document.scrollingElement.scrollHeight; y += 700) {
        scrollTo({ top: y, behavior: "instant" });
        await new Promise(requestAnimationFrame);
    }
}"""


def test_only_what_is_near_is_laid_out(visit):
    with visit(PHONE) as v:
        v.goto(CHAPTER, until="networkidle")
        assert "KaTeX_Main-Regular.woff2" in v.asked and FAR not in v.asked
        v.page.evaluate(DOWN)
        v.page.wait_for_load_state("networkidle")
        assert FAR in v.asked


def test_pictures_come_with_the_first_sign_of_a_reader_and_are_printed(visit):
    left = "[...document.querySelectorAll('.dlbook-figure img')].filter(img => !img.naturalWidth).length"
    with visit(PHONE) as v:
        v.goto(PICTURES, until="networkidle")
        many = v.page.evaluate(left)
        assert many > 20
        v.page.mouse.move(100, 100)
        v.page.wait_for_function(f"() => {left} == 0")
        assert v.page.pdf().count(b"/Subtype /Image") >= many / 2  # some are the same


def test_the_section_that_is_read_is_marked(visit):
    marked = "document.querySelector('#page-nav [aria-current]').hash.slice(1)"
    with visit() as v:
        v.goto(CHAPTER)
        sections = v.page.evaluate("[...document.querySelectorAll('#page-nav a')].map(link => link.hash.slice(1))")
        assert v.page.evaluate(marked) == sections[0]
        for section in (sections[-1], sections[len(sections) // 2], sections[0]):
            v.page.click(f"#page-nav a[href='#{section}']")
            v.page.wait_for_function(f"() => {marked} == '{section}'")


def test_a_page_comes_back_where_it_was(visit):
    place = "document.getElementById('schedules').getBoundingClientRect().top"
    with visit(PHONE) as v:
        v.goto(CHAPTER, until="networkidle")
        v.page.evaluate(DOWN)
        v.page.evaluate("document.getElementById('schedules').scrollIntoView({ behavior: 'instant' })")
        v.page.wait_for_timeout(100)  # what is near is laid out now
        before = v.page.evaluate(place)
        v.page.reload(wait_until="networkidle")
        assert abs(v.page.evaluate(place) - before) < 100  # the buttons of cells that were near come later
