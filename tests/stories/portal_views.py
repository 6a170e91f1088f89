"""More words for the stories of the hub's views: portals by the dozen, a dashboard at a glance."""

from revcycle.portals import CoveredPayer, Dashboard, Portal, dashboard
from tests.stories.portal_book import AVAILITY, D3, JOHN, OPTUM, hub


def portal(portal_id: str, **more) -> Portal:
    """A portal that covers nothing."""
    return Portal(**{"id": portal_id, "name": portal_id.upper()} | more)


def many_portals(*payers: tuple[str, str]) -> tuple[Portal, ...]:
    """A portal for each payer, given by id and name."""
    return tuple(
        portal(f"p-{payer_id}", covers=(CoveredPayer(id=payer_id, name=name),))
        for payer_id, name in payers
    )


BRAND_PAYERS = (
    portal("cigna", covers=(CoveredPayer(id="b12", name="Cigna"),)),
    portal("kaiser", covers=(CoveredPayer(id="b3", name="Kaiser"),)),
    portal("medica", covers=(CoveredPayer(id="b4", name="Médica Salud"),)),
    portal("ohio", covers=(CoveredPayer(id="b5", name="Medicaid Ohio"),)),
    portal("strasse", covers=(CoveredPayer(id="salud", name="Straße Kasse"),)),
)
"""Portals of one payer each, one of them with an id that is a word of another's name."""


def seen(*issues, as_of=D3, portals=(), **asked) -> Dashboard:
    """John's dashboard of a hub with these issues, on the third day."""
    known = {each.id: each for each in (AVAILITY, OPTUM, *portals)}
    for issue in issues:
        known.setdefault(issue.portal_id, portal(issue.portal_id))
    whole = hub(*issues, portals=tuple(known.values()))
    return dashboard(whole, viewer=JOHN, as_of=as_of, **asked)


def portals_shown(board: Dashboard) -> list[str]:
    """The portals that have a row."""
    return [row.portal.id for row in board.rows]
