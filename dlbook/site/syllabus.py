"""The page of a course: fourteen weeks with their chapters, goals, minutes and exercises, from the registry."""

from docutils import nodes

from dlbook.site.reference import Reference, chapter_link, reference, section
from dlbook.teach.syllabus import Week, weeks


class Syllabus(Reference):
    """A section a week."""

    def render(self) -> list[nodes.Node]:
        return [self.week(week) for week in weeks()]

    def week(self, week: Week) -> nodes.section:
        box = section(f"Week {week.number}", f"week-{week.number}", "dl-week")
        done = sum(e.minutes for found in week.suggested.values() for e in found)
        box += nodes.paragraph(
            "",
            f"About {week.minutes} minutes: {week.reading} to read and try, {week.minutes - week.reading} for all "
            f"exercises, {done} for those named here.",
            classes=["dl-load"],
        )
        box += nodes.bullet_list("", *[self.chapter(chapter) for chapter in week.chapters])
        levels = [self.level(level, found) for level, found in week.suggested.items() if found]
        box += nodes.bullet_list("", *levels, classes=["dl-tasks"])
        return box

    def chapter(self, chapter) -> nodes.list_item:
        title = f"{chapter.number:02d} {chapter.title}"
        names = ", ".join(concept.name for concept in chapter.concepts)
        return nodes.list_item(
            "",
            nodes.paragraph("", "", nodes.strong("", "", chapter_link(chapter, title, self.env.docname))),
            nodes.paragraph("", f"Goal: to answer “{chapter.question}”"),
            nodes.paragraph("", f"Concepts: {names}.", classes=["dl-goals"]),
        )

    def level(self, level: str, found: list) -> nodes.list_item:
        line = nodes.paragraph("", "", nodes.strong("", level.capitalize()), nodes.Text(": "))
        for i, exercise in enumerate(found):
            line += reference("ref", exercise.anchor, exercise.title, self.env.docname)
            line += nodes.Text(f" ({exercise.minutes} min){', ' if i < len(found) - 1 else '.'}")
        return nodes.list_item("", line)


def setup(app) -> None:
    app.add_directive("syllabus", Syllabus)
