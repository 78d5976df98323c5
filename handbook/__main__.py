"""`python -m handbook` rewrites the reference pages."""

from handbook.pages import PAGES

if __name__ == "__main__":
    for path, make in PAGES.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(make(), "utf-8")
