"""The verbs and figures of dunning, its set-up, guard rails, restrictions, changes of policy."""

import datetime as dt
from collections.abc import Iterator

import attrs

from tests.purity.accounts import example_account, lived_in_account


def drive_verbs() -> Iterator[str]:
    """Every verb, in whatever order seeds choose, with what each reports."""
    from revcycle.testing.choices import SeededChoices
    from revcycle.testing.operations import VERBS, draw_operation, live, perform

    for seed in range(5):
        choices = SeededChoices(seed)
        for step in live(choices, operations=70):
            yield f"{step.on} {step.operation.verb} {step.refusal}"
            for change in step.changes:
                yield repr(change.events)
        yield from map(repr, step.after.accounts)
    # Each once by name: no act is left to chance.
    for verb in VERBS:
        step = perform(step.after, draw_operation(step.after, choices, verb=verb))
        yield f"{step.on} {verb} {step.refusal}"
    """Every verb of dunning, in whatever order seeds choose, with what each reports."""
    from revcycle.testing import operations
    from revcycle.testing.choices import SeededChoices

    def told(step) -> Iterator[str]:
        yield f"{step.on} {step.operation.verb} {step.refusal}"
        for change in step.changes:
            yield repr(change.events)

    for seed in range(5):
        for step in operations.live(SeededChoices(seed), operations=70):
            yield from told(step)
        yield from map(repr, step.after.accounts)
    choices, book = SeededChoices(seed), step.after
    for verb in operations.VERBS:
        act = operations.draw_operation(book, choices, verb=verb)
        step = operations.perform(book, act)
        yield from told(step)
        book = step.after


def drive_figures() -> Iterator[str]:
    """What can be asked of an account: dollars, levels, alarm, decisions, previews, findings."""
    from revcycle import dunning, plans
    from revcycle.dunning import figures, languages, level_messages, messages, statements

    account, policy = lived_in_account()
    day = dt.date(2025, 5, 26)
    for ask in (
        *(dunning.figures_of, dunning.patient_figures, dunning.plan_dues, dunning.due_now),
        *(dunning.alarm_state, dunning.decide_statement, dunning.preview_statement),
        *(dunning.next_decision_date, dunning.collections_findings),
    ):
        yield repr(ask(account, as_of=day, policy=policy))
    for ask in (dunning.account_level, dunning.net_balance, figures.has_account_hold):
        yield repr(ask(account, as_of=day))
    for ask in (dunning.total_outstanding, dunning.credits_of, dunning.collect_outstanding):
        yield repr(ask(account))
    ran = dunning.run_statement(account, as_of=day, policy=policy).account
    yield repr(dunning.preview_statement(ran, as_of=day, policy=policy))
    yield repr(dunning.patient_level(account, "p1", as_of=day))
    yield repr(dunning.printed_level(figures.billable_charges(account, as_of=day)))
    levels = [charge.standing.level for charge in account.charges]
    yield repr(dunning.delivery_for(account.guarantor, levels))
    yield repr(messages.message_for(levels[0], language="es-MX", policy=policy))
    found = messages.message_facts(levels[0], language="es-MX")
    yield repr((found.message_level, sorted(found.reads)))
    yield repr([row.name for row in messages.message_table(policy).rows])
    yield repr(dunning.practice_texts(policy.practice, "es"))
    yield repr(dunning.texts_saying(policy.practice, "dispute", "es"))
    yield repr((dunning.best_language("es", ("en", "ES")), dunning.is_same_language("es", "en")))
    yield repr(languages.primary_tag("es-MX"))
    yield repr(level_messages.messages_by_level(policy.messages))
    yield statements.statement_id(account.id, day)
    runs = tuple(dunning.run_statements((account,), as_of=day, policy=policy))
    yield repr(runs)
    yield repr(dunning.replay(account, runs[0].events) == runs[0].account)
    day_and_policy = {"as_of": day, "policy": policy}
    yield repr(plans.plan_money(account.plans[1], account.charges))
    proposal = dunning.allocate_payment(account, amount=60, payment_id="x", **day_and_policy)
    yield repr(dunning.post_proposal(account, proposal, received_on=day, **day_and_policy))


def drive_set_up() -> Iterator[str]:
    """Alarm types and the policy: defined, deleted, audited."""
    from revcycle import access, dunning, levels

    admin = access.Viewer(id="v1", permissions=frozenset({access.Permission.SELF_PAY_ADMIN}))
    policy = dunning.DunningPolicy()
    kind = dunning.AlarmType(level=levels.level(3), name="Third", delay_days=40)
    policy = dunning.define_alarm_type(policy, kind, viewer=admin).policy
    yield repr([kind.name for kind in policy.alarm_types])
    yield repr(dunning.fires_on(levels.level(3), dt.date(2025, 1, 6), policy=policy))
    yield repr(dunning.audit_policy(policy))
    policy = dunning.delete_alarm_type(
        policy, levels.level(3), viewer=admin, levels_in_use=()
    ).policy
    yield repr(dunning.audit_alarm_types(policy))


def drive_guard_rails() -> Iterator[str]:
    """Guard rails: chosen, asked for every kind of act, audited; and the facts behind them."""
    from revcycle import contacts, dunning

    account, policy = lived_in_account()
    day = dt.date(2025, 5, 26)
    called = contacts.Contact(
        id="k1",
        on=day,
        at=dt.time(9, 30),
        service="reminders",
        channel=contacts.ContactChannel.PHONE,
        result=contacts.ContactResult.CONVERSATION,
        patient_id="p1",
        text="secret",
    )
    known = dunning.Circumstances(
        contacts=(called,),
        notices=(dunning.WrittenNotice(sent_on=day, charge_ids=("c1",)),),
        disputes=(
            dunning.EstimateDispute(
                claim_id="claim1", estimated="100", billed="900", started_on=day
            ),
        ),
    )
    own = (
        dunning.not_before(id="ours", days=300, citation="our policy"),
        dunning.only_after_notice(id="notice", days=10, citation="our policy"),
    )
    rails = (*dunning.US_GUARD_RAILS, *own)
    chosen = dunning.guard_rails_for(dunning.FacilityType.TAX_EXEMPT_HOSPITAL, "CO")
    yield from map(str, chosen)
    guard = dunning.Guard(rails=rails, circumstances=known)
    asked = {"as_of": day, "policy": policy}
    for kind in dunning.GuardedKind:
        at = dt.time(22, 0) if kind is dunning.GuardedKind.CALL else None
        act = dunning.GuardedAct(kind=kind, charge_ids=("c1", "c2"), at=at)
        yield str(dunning.guard_verdict(account, act, guard=guard, **asked))
        for charge_id in ("c1", None):
            (facts,) = dunning.guard_facts_of(
                account, act, charge_id=charge_id, circumstances=known, **asked
            )
            yield repr(attrs.evolve(facts, hold_reasons=frozenset()))
    of_ours = attrs.evolve(guard, rails=own)
    yield str(len(dunning.check_guard(account, act, guard=of_ours, **asked)))
    yield repr(dunning.audit_guard_rails(own))
    yield repr([row.name for row in dunning.guard_table(rails).rows])
    yield str(dunning.explain_collections(account, charge_id="c1", **asked))


def drive_restrictions() -> Iterator[str]:
    """The health-plan restriction: set, lifted, and what follows from it."""
    from revcycle import access, dunning

    account, _policy = lived_in_account()
    day = dt.date(2025, 5, 26)
    clerk = access.Viewer(id="v2", permissions=frozenset({access.Permission.SELF_PAY_WORKLISTS}))
    done = dunning.set_restriction(account, viewer=clerk, patient_id="p1", as_of=day)
    yield repr(done.events)
    yield repr(dunning.privacy_of_claims(done.account, as_of=day))
    yield repr(dunning.excluded_from_pay_for_performance(done.account, as_of=day))
    yield repr([dunning.is_paid_in_full(charge) for charge in account.charges])
    lifted = dunning.lift_restriction(done.account, viewer=clerk, patient_id="p1", as_of=day)
    yield repr(lifted.events)
    patient = lifted.account.members[0].patient
    yield repr(
        (dunning.is_restricted(patient, as_of=day), dunning.restriction_on(patient, as_of=day))
    )


def drive_policy_change() -> Iterator[str]:
    """A policy changed in flight, in every way, with a void in the history."""
    from revcycle import dunning

    policy = dunning.DunningPolicy()
    to = attrs.evolve(policy, first_statement_level=1)
    origin = account = example_account()
    events = ()
    for day in (dt.date(2025, 2, 10), dt.date(2025, 3, 17)):
        run = dunning.run_statement(account, as_of=day, policy=policy)
        account, events = run.account, events + run.events
    voided = dunning.void_transaction(account, transaction_id="t1", as_of=day, policy=policy)
    account, events = voided.account, events + voided.events
    history = dunning.AccountHistory(origin=origin, events=events)
    for way in dunning.PolicyChangeWay:
        ask = {"to": to, "way": way, "history": history, "as_of": day, "policy": policy}
        yield str(dunning.preview_policy_change(account, **ask))
        yield repr(dunning.change_policy(account, **ask).events)
