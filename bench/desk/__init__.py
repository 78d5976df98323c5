"""The duty desk under load: how late its pages are, and what they cost."""
