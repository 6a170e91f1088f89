"""Why an issue is on the dashboard under some filters, and what would have to change if not.

Both are asked of the one rule that says the filters, so their result is the dashboard's.
"""

from __future__ import annotations

from datetime import date

import attrs

from revcycle.access import Permission, Viewer, require_permission
from revcycle.portals.acts import check_day
from revcycle.portals.dashboards import dashboard_rule
from revcycle.portals.facts import ISSUE_VOCABULARY, issue_facts
from revcycle.portals.filters import named_for
from revcycle.portals.hub import Hub, issue_of, portal_of
from revcycle.portals.links import ATTENTION_FIRST, DashboardFilters
from revcycle.rules import (
    Explanation,
    WhyNot,
    explain,
    explanation_lines,
    why_not,
    why_not_lines,
)

__all__ = ["WhyListed", "why_listed"]


@attrs.frozen(kw_only=True)
class WhyListed:
    """What the filters of the dashboard found of one issue (PH-5).

    Attributes:
        issue_id: the issue.
        explanation: the filters with every fact they read; its result is whether it is listed.
        why_not: the smallest sets of facts that keep it off; none when it is on.
        service_name: what the practice calls the service, for the words (PH-14).
    """

    issue_id: str
    explanation: Explanation
    why_not: WhyNot
    service_name: str

    @property
    def is_listed(self) -> bool:
        """Whether the issue is on the dashboard."""
        return self.explanation.result

    def __str__(self) -> str:
        """Read as lines of English: ids and figures only (PR-6)."""
        verb = "is" if self.is_listed else "is not"
        lines = [f"issue {self.issue_id} {verb} on the dashboard"]
        said = _named(self.explanation, self.service_name)
        lines += explanation_lines(said, vocabulary=ISSUE_VOCABULARY)
        if not self.is_listed:
            lines += why_not_lines(self.why_not, vocabulary=ISSUE_VOCABULARY)
        return "\n".join(lines)


def why_listed(
    hub: Hub,
    *,
    viewer: Viewer,
    issue_id: str,
    as_of: date,
    filters: DashboardFilters = ATTENTION_FIRST,
) -> WhyListed:
    """Explain what the dashboard's filters find of one issue (PH-5).

    Raises:
        NotPermitted: *viewer* lacks the permission for the hub (PR-4).
        UnknownReference: there is no such issue, or the payer or IRC selected is covered by no
            portal.
    """
    require_permission("why_listed", viewer, Permission.MEDICAL_GROUPS)
    check_day(as_of)
    issue = issue_of(hub, issue_id)
    facts = issue_facts(issue, portal=portal_of(hub, issue.portal_id), as_of=as_of)
    rule = dashboard_rule(filters, portals=hub.portals)
    return WhyListed(
        issue_id=issue.id,
        explanation=explain(rule, facts),
        why_not=why_not(rule, facts, vocabulary=ISSUE_VOCABULARY),
        service_name=hub.service_name,
    )


def _named(explanation: Explanation, service_name: str) -> Explanation:
    """Give *explanation* with its rules as their words read where the service has this name."""
    return attrs.evolve(
        explanation,
        rule=named_for(explanation.rule, service_name),
        parts=tuple(_named(part, service_name) for part in explanation.parts),
    )
