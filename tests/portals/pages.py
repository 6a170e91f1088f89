"""How tests read a page: strictly, as a browser without mercy would, and by colour and contrast."""

import re
from html.parser import HTMLParser

import attrs

VOID = {"meta", "br", "hr", "img", "link", "input"}


@attrs.define
class Element:
    """An element with what it holds."""

    tag: str
    attributes: dict
    children: list

    @property
    def text(self):
        """All text in it."""
        return "".join(c if isinstance(c, str) else c.text for c in self.children)

    def all(self, tag):
        """Every element in it with this tag, in document order."""
        for child in self.children:
            if isinstance(child, Element):
                if child.tag == tag:
                    yield child
                yield from child.all(tag)

    def everything(self):
        """Every element in it."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.everything()


class Reader(HTMLParser):
    """Reads HTML in which every element is closed, in its turn."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open = [Element("#root", {}, [])]

    def begin(self, tag, attributes):
        element = Element(tag, dict(attributes), [])
        assert len(element.attributes) == len(attributes), f"an attribute twice in {tag}"
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def end(self, tag):
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def say(self, words):
        self.open[-1].children.append(words)

    # As HTMLParser calls them.
    handle_starttag, handle_endtag, handle_data = begin, end, say


def read(page):
    """Read *page*; anything not well formed fails the test."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert [element.tag for element in reader.open] == ["#root"]
    return reader.open[0]


def luminance(colour):
    """The relative luminance of a colour such as ``#1a1a1a``, as WCAG 2 defines it."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """The contrast ratio of two colours, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def declarations(style):
    """Every property and value in a style sheet."""
    return re.findall(r"([-\w]+):\s*([^;{}]+);", style)
