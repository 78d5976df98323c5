"""The documents of commands; what one is, `sight/document.py` says."""

from sight.document import Document

__all__ = ["Document"]
