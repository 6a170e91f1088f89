"""Documents of every kind, both ways."""

import datetime as dt
from collections.abc import Iterator

from tests.purity.accounts import lived_in_account


def drive_codec() -> Iterator[str]:
    """A record to text and plain values and back, and text that cannot be read."""
    from revcycle import access, codec, dunning, errors, levels, rules, worklists

    account, policy = lived_in_account()
    text = codec.dumps(account, kind=codec.ACCOUNT)
    yield text
    yield str(codec.loads(text, kind=codec.ACCOUNT) == account)
    yield codec.dumps(policy, kind=codec.POLICY)
    plain = codec.to_plain(account, kind=codec.ACCOUNT)
    yield str(codec.from_plain(plain, kind=codec.ACCOUNT) == account)
    second = worklists.Worklist(
        id="w", name="W", alarm_level=levels.level(2), initials=frozenset("BA"), amount_min="5"
    )
    yield codec.dumps((second,), kind=codec.WORKLISTS)
    north = access.ProviderGroup(id="north", provider_ids=frozenset({"v2", "v1"}))
    south = access.ProviderGroup(id="south", department_ids=frozenset({"d1"}))
    viewer = access.Viewer(
        id="v",
        permissions=frozenset(access.Permission),
        provider_groups=frozenset({south, north}),
    )
    yield codec.dumps(viewer, kind=codec.VIEWER)
    yield str(
        codec.from_plain(codec.to_plain(viewer, kind=codec.VIEWER), kind=codec.VIEWER) == viewer
    )
    rule = worklists.rule_of(second)
    saved = codec.rule_kind(leaves=worklists.WORKLIST_LEAVES, vocabulary=dunning.ACCOUNT_FACTS)
    yield str(codec.loads(codec.dumps(rule, kind=saved), kind=saved) == rule)
    table = rules.DecisionTable(
        hit=rules.HitPolicy.FIRST, rows=(rules.TableRow(name="r", when=rule, then=1),)
    )
    tables = codec.decision_table_kind(
        write_outcome=int, read_outcome=int, leaves=worklists.WORKLIST_LEAVES
    )
    written = codec.dumps(table, kind=tables)
    yield str(codec.loads(written, kind=tables) == table)
    events = (dunning.PlanEnded(dt.date(2025, 1, 6), "pl1"),)
    happened = codec.dumps(events, kind=codec.EVENTS)
    yield str(codec.loads(happened, kind=codec.EVENTS) == events)
    for bad in ('"plan_end"', "[]"):
        try:
            codec.loads(happened.replace('"plan_ended"', bad), kind=codec.EVENTS)
        except errors.DecodeError as error:
            yield str(error)
    for good, bad in (('"hit"', '"hit":"first","hit"'), ("guarantor_initial_in", "initials")):
        try:
            codec.loads(written.replace(good, bad), kind=tables)
        except errors.DecodeError as error:
            yield str(error)
    for record, kind in (([account], codec.BOOK), (account, "account"), (account, codec.EVENT)):
        try:
            codec.dumps(record, kind=kind)
        except errors.InvalidRecord as error:
            yield str(error)
    try:
        codec.loads(text.replace("claim1", "").replace("2025-01-06", "soon"), kind=codec.ACCOUNT)
    except errors.DecodeError as error:
        yield str(error)
