"""Opening a patient's account: everything that somebody on the telephone needs, on one page.

account_view            the page of one member, the family around, as a viewer may see it (AV-1)
  _rows_by_patient      the outstanding charges (AV-3)
  _overdue_by_charge    what each charge bears of its plan's arrears
  _holds_shown          the holds that a caller should know of
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from revcycle.access import Viewer
from revcycle.accounts import Account, Note, SentStatement, head_of, member_of
from revcycle.charges import Charge, is_open, paid_and_adjusted, patient_part
from revcycle.desk.results import AccountView
from revcycle.desk.rights import as_told, discretion_for, require_open
from revcycle.desk.rows import ChargeRow, StatementRow
from revcycle.dunning import (
    DunningPolicy,
    StatementPreview,
    account_level,
    alarm_state,
    billable_charges,
    figures_of,
    patient_figures,
    plan_dues,
    preview_statement,
)
from revcycle.errors import Refused
from revcycle.holds import Hold, HoldScope, is_in_force
from revcycle.money import ZERO, allocate_in_order
from revcycle.worklists import Relation, shown_members

__all__ = ["account_view"]


def account_view(
    account: Account,
    *,
    viewer: Viewer,
    patient_id: str | None = None,
    book: Iterable[Account] = (),
    as_of: date,
    policy: DunningPolicy,
) -> AccountView:
    """Open the page of one member of *account*, the family around (AV-1, AV-3, PR-2, PR-3).

    Args:
        account: the account; it is not changed.
        viewer: who opens it.
        patient_id: whose page; None opens the head's.
        book: the practice's accounts. They are asked only about people whom *account* names
            without their being members: a guarantor, a former member. Somebody who is in none
            of them counts as masked for a viewer from whom anybody can be (PR-3).
        as_of: the day.
        policy: the practice's, with an alarm type for every level.

    Raises:
        NotPermitted: *viewer* lacks the Worklists permission, or the patient is masked: blocked,
            or in none of the viewer's provider groups.
        UnknownReference: there is no such current member.
        Refused: the account is closed (FA-3), *as_of* is before its last act (CH-9), or a level
            has no alarm type (AL-1).
    """
    require_open("account_view", account, viewer=viewer, patient_ids=())
    patient_id = head_of(account).id if patient_id is None else patient_id
    require_open("account_view", account, viewer=viewer, patient_ids=(patient_id,))
    discretion = discretion_for(account, viewer=viewer, book=book)
    preview = _preview(account, viewer=viewer, as_of=as_of, policy=policy)
    figures = patient_figures(account, as_of=as_of, policy=policy)
    members = shown_members(account, sight=discretion.sight, figures=figures)
    rows = _rows_by_patient(account, as_of=as_of, policy=policy)
    others = [m.patient_id for m in members if m.patient_id not in {None, patient_id}]
    notes = tuple(filter(discretion.may_tell, _newest_first(account.notes)))
    cycle = account.cycle
    return AccountView(
        account_id=discretion.shown_account_id,
        as_of=as_of,
        patient=member_of(account, patient_id).patient,
        relation=Relation.HEAD if head_of(account).id == patient_id else Relation.MEMBER,
        guarantor=None if discretion.sight.is_guarantor_masked else account.guarantor,
        own=next(share for share in figures if share.patient_id == patient_id),
        family=figures_of(account, as_of=as_of, policy=policy),
        account_level=account_level(account, as_of=as_of),
        alarm=alarm_state(account, as_of=as_of, policy=policy),
        holds=_holds_shown(account, patient_id, as_of),
        last_statement_on=cycle.last_statement_on,
        next_statement_on=cycle.next_statement_on,
        charges=tuple(rows.get(patient_id, ())),
        family_charges=tuple(row for other in others for row in rows.get(other or "", ())),
        members=members,
        statements=tuple(map(_statement_row, reversed(account.statements))),
        notes=notes,
        hidden_note_count=len(account.notes) - len(notes),
        preview=preview if discretion.may_tell_statement else None,
    )


def _preview(
    account: Account, *, viewer: Viewer, as_of: date, policy: DunningPolicy
) -> StatementPreview:
    """Preview the statement; a refusal is the view's own, for nobody has asked for a run."""
    try:
        return preview_statement(account, as_of=as_of, policy=policy)
    except Refused as refusal:
        problems = as_told(refusal.problems, account, viewer=viewer)
        raise Refused("account_view", problems) from None


def _rows_by_patient(
    account: Account, *, as_of: date, policy: DunningPolicy
) -> dict[str, list[ChargeRow]]:
    billable = {charge.id for charge in billable_charges(account, as_of=as_of)}
    overdue = _overdue_by_charge(account, billable, as_of=as_of, policy=policy)
    outstanding = sorted(filter(is_open, account.charges), key=_posting)
    rows: dict[str, list[ChargeRow]] = {}
    for charge in outstanding:
        is_held = charge.placement is None and charge.id not in billable
        row = _row(charge, overdue=overdue.get(charge.id, ZERO), is_held=is_held)
        rows.setdefault(charge.patient_id, []).append(row)
    return rows


def _overdue_by_charge(
    account: Account, billable: set[str], *, as_of: date, policy: DunningPolicy
) -> dict[str, Decimal]:
    """Spread each plan's arrears over its charges as a payment would be (PL-5)."""
    found: dict[str, Decimal] = {}
    for plan_id, due in plan_dues(account, as_of=as_of, policy=policy).items():
        if due.arrears <= ZERO:
            continue
        covered = [
            charge
            for charge in sorted(account.charges, key=_posting)
            if charge.standing.enrolment is not None
            and charge.standing.enrolment.plan_id == plan_id
            and charge.id in billable
        ]
        parts, _ = allocate_in_order(due.arrears, [charge.outstanding for charge in covered])
        found.update(zip([charge.id for charge in covered], parts, strict=True))
    return found


def _posting(charge: Charge) -> tuple[date, str]:
    return charge.posted_on, charge.id


def _row(charge: Charge, *, overdue: Decimal, is_held: bool) -> ChargeRow:
    paid, adjusted = paid_and_adjusted(charge)
    standing = charge.standing
    return ChargeRow(
        charge_id=charge.id,
        patient_id=charge.patient_id,
        description=charge.description,
        posted_on=charge.posted_on,
        service_on=charge.service_on,
        claim_id=charge.claim_id,
        department_id=charge.department_id,
        provider_id=charge.provider_id,
        amount=patient_part(charge),
        paid=paid,
        adjusted=adjusted,
        outstanding=charge.outstanding,
        level=standing.level,
        reached_on=standing.reached_on,
        first_billed_on=standing.first_billed_on,
        billed_count=standing.billed_count,
        plan_id=None if standing.enrolment is None else standing.enrolment.plan_id,
        overdue=overdue,
        is_held=is_held,
        placement=charge.placement,
    )


def _statement_row(sent: SentStatement) -> StatementRow:
    return StatementRow(
        on=sent.on, methods=sent.methods, printed_level=sent.printed_level, total=sent.total
    )


def _newest_first(notes: Iterable[Note]) -> list[Note]:
    """Order by day, of one day's notes the one saved last first."""
    return sorted(notes, key=lambda note: note.on)[::-1]


def _holds_shown(account: Account, patient_id: str, as_of: date) -> tuple[Hold, ...]:
    """Give the holds in force that are about the account, the patient or the patient's claims."""
    claims = {charge.claim_id for charge in account.charges if charge.patient_id == patient_id}
    subjects: Mapping[HoldScope, set[str | None]] = {
        HoldScope.ACCOUNT: {None},
        HoldScope.PATIENT: {patient_id},
        HoldScope.CLAIM: {*claims},
    }
    return tuple(
        hold
        for hold in sorted(account.holds, key=lambda hold: (hold.start_on, hold.id))
        if hold.subject_id in subjects[hold.scope] and is_in_force(hold, as_of=as_of)
    )
