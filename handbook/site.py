"""What the site adds to mkdocs: pages that lie outside of docs/, and links that lead there.

The files of the repository link to each other as files; on the site they lie elsewhere. A link to a file that is no
page of the site stays as its text.
"""

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
_SCHEMAS = "models/schemas"
_DECISIONS = "decisions/index.md"
_PAGES = {
    "ARCHITECTURE.md": "project/architecture.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "CHANGELOG.md": "project/changelog.md",
    "policies/README.md": "project/policies.md",
    "bench/HISTORY.md": "project/history-of-speed.md",
}
_FOLDERS = {_SCHEMAS: "reference/schemas.md", "docs/decisions": _DECISIONS}
_LINK = re.compile(r"\[([^\]]*)\]\(([^)#:\s]+)(#[^)\s]*)?\)")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Puts under "More" every page that the navigation does not name."""
    assert config.nav is not None
    named = set(re.findall(r"'([^']+\.md)'", str(config.nav)))
    there = [path.relative_to(config.docs_dir).as_posix() for path in sorted(Path(config.docs_dir).rglob("*.md"))]
    decisions = [path for path in there if path.startswith("decisions/")]
    rest = [path for path in [*there, *_PAGES.values()] if path not in named and path not in decisions]
    config.nav.append({"More": [*rest, {"Decisions": [_DECISIONS, *decisions]}]})
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Takes in the pages and schemas from outside of docs/, and makes the list of decisions."""
    for path, uri in _PAGES.items():
        files.append(File.generated(config, uri, abs_src_path=str(ROOT / path)))
    for schema in (ROOT / _SCHEMAS).glob("*.json"):
        files.append(File.generated(config, f"reference/schemas/{schema.name}", abs_src_path=str(schema)))
    files.append(File.generated(config, _DECISIONS, content=_list_of_decisions()))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001  (mkdocs's)
    """Leads every link between files of the repository to where the file lies on the site."""
    uri = page.file.src_uri
    outside = {uri: path for path, uri in _PAGES.items()}
    source = outside.get(uri, f"docs/{uri}")

    def lead(link: re.Match[str]) -> str:
        text, target, anchor = link.groups(default="")
        if files.get_file_from_path(posixpath.normpath(posixpath.join(posixpath.dirname(uri), target))):
            return link.group()
        there = _on_site(posixpath.normpath(posixpath.join(posixpath.dirname(source), target)))
        return f"[{text}]({posixpath.relpath(there, posixpath.dirname(uri) or '.')}{anchor})" if there else text

    return _LINK.sub(lead, markdown)


def _on_site(path: str) -> str | None:
    """Where a file or folder of the repository lies on the site; a missing page of docs/ is left to mkdocs to find."""
    if path.startswith(f"{_SCHEMAS}/"):
        return f"reference/schemas/{posixpath.basename(path)}"
    if path in _PAGES or path in _FOLDERS:
        return _PAGES.get(path) or _FOLDERS[path]
    return path.removeprefix("docs/") if path.startswith("docs/") and path.endswith(".md") else None


def _list_of_decisions() -> str:
    """A page of links, one for each decision."""
    lines = ["# Decisions", "", "What is dear to reverse: the context, the decision, its consequences.", ""]
    for path in sorted((ROOT / "docs" / "decisions").glob("*.md")):
        title = path.read_text("utf-8").splitlines()[0].removeprefix("# ")
        lines.append(f"- [{path.name[:4]}: {title}]({path.name})")
    return "\n".join(lines) + "\n"
