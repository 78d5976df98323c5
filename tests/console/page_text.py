"""What a reader gets of a page."""

from html.parser import HTMLParser


class Read(HTMLParser):
    """The cells of each row, the sentences of alerts, and the text as a whole."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.stories: list[str] = []
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._into: list[str] | None = None
        self._in_table = False
        self.feed(html)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self._in_table = True
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append("")
        elif tag == "p" and dict(attrs).get("class") == "told":
            self.stories.append("")
            self._into = self.stories

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self._into = None
        self._in_table = self._in_table and tag != "table"

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._into is not None:
            self._into[-1] += data
        elif self._in_table and self.rows[-1]:
            self.rows[-1][-1] = (self.rows[-1][-1] + data).strip()
