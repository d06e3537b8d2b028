"""The static public site: a function of a public folder and of nothing else, reproducible byte for byte."""

from waarmerk.site.build import build, different, pages

__all__ = ["build", "different", "pages"]
