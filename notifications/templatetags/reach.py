"""Template filters on people: by which means they hear of a reply. Called by templates only."""

from django import template

from core.models import User
from notifications import reach

register = template.Library()


@register.filter
def hears_by_mail(person: User) -> bool:
    """Whether a reply to them is mailed too."""
    return reach.hears_by_mail(person)
