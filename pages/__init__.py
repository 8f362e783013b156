"""Static HTML pages: one skeleton, one look, and a function that fills a caller's template.

A page is one file that works from a disk: no script, no font, nothing from a network. Owns how
pages look, in light, dark and print; knows nothing of what they tell, nor where they are written.
"""

from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

_HERE = Path(__file__).parent


def render(template: Path, **told: object) -> str:
    """Fills a template that extends ``base.html.j2``, and may import ``parts.html.j2``.

    Args:
        template: The caller's file. Others beside it can be included by their names.
        told: What the template speaks of, by the names that it uses. Texts are escaped.

    Returns:
        The page, the same for the same things told.

    Raises:
        jinja2.UndefinedError: The template names what it was not told.
        jinja2.TemplateError: It cannot be read or filled otherwise.
    """
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(template.parent), FileSystemLoader(_HERE)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template.name).render(told)


__all__ = ["render"]
