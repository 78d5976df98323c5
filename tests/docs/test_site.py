"""The site: built without a warning, every link leads somewhere, and nothing is fetched from anywhere."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.docs.walk import DOCS, ROOT


class _Page(HTMLParser):
    """What a page links to, what it loads, and the anchors that it has."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.loaded: set[str] = set()
        self.anchors: set[str] = set()
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Sorts the attributes of an element."""
        given = {name: value for name, value in attrs if value}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if "href" in given:
            (self.links if tag == "a" else self.loaded).add(given["href"])
        if "src" in given:
            self.loaded.add(given["src"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make docs` does."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, _Page]:
    """Every page of the site but the one for addresses that there are not, which stands for any place."""
    return {path: _Page(path) for path in site.rglob("*.html") if path.name != "404.html"}


def test_every_document_is_a_page(site: Path) -> None:
    for path in DOCS.rglob("*.md"):
        assert site.joinpath(path.relative_to(DOCS)).with_suffix(".html").exists(), path
    for name in ("architecture", "changelog", "contributing", "policies"):
        assert site.joinpath("project", f"{name}.html").exists()


def test_every_link_leads_to_a_page_and_a_place_on_it(pages: dict[Path, _Page]) -> None:
    broken = [
        f"{path.name}: {link}"
        for path, page in pages.items()
        for link in page.links | page.loaded
        if not urlsplit(link).scheme and not _leads(path, link, pages)
    ]
    assert broken == []


def _leads(path: Path, link: str, pages: dict[Path, _Page]) -> bool:
    parts = urlsplit(link)
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.exists():
        return False
    return not parts.fragment or unquote(parts.fragment) in pages[target].anchors


def test_every_page_can_be_reached_from_the_first(site: Path, pages: dict[Path, _Page]) -> None:
    linked = {(site / urlsplit(link).path).resolve() for link in pages[site / "index.html"].links}
    assert set(pages) <= linked


def test_nothing_is_fetched_from_anywhere(site: Path, pages: dict[Path, _Page]) -> None:
    assert [
        thing for page in pages.values() for thing in page.loaded if urlsplit(thing).scheme or thing[:2] == "//"
    ] == []
    sheets = "".join(path.read_text("utf-8") for path in site.rglob("*.css"))
    assert not re.search(r"""(@import|url\(["']?)\s*["']?(https?:)?//""", sheets)
