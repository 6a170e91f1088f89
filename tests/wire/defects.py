"""Documents with one defect each, and the problem that must be told of it.

A row of `FAMILY_DEFECTS` puts a value at a path of the account in `records.FAMILY`, or drops what
stands there; a row of `EVENT_DEFECTS` is one bad event.
"""

DROP = object()

R = ("record",)
CHARGE_0 = (*R, "charges", 0)
PLAN_0 = (*R, "plans", 0)
DATE = 'must be a date such as "2026-01-31"'
MONEY = 'must be US dollars as text such as "37.20"'
LEVEL = "must be one of 0, 1, 2, 3, 4, 5, 6, 7, 8"

OUTSTANDING = 'unknown field: did you mean "standing"? @ $.record.charges[0].outstanding'

FAMILY_DEFECTS = [
    # text
    (("record", "id"), 7, "must be text, not 7 @ $.record.id"),
    (("record", "id"), None, "must be text, not null @ $.record.id"),
    (("record", "id"), ["A1"], "must be text, not a list @ $.record.id"),
    ((*CHARGE_0, "claim_id"), True, "must be text, not true @ $.record.charges[0].claim_id"),
    # whole numbers
    (
        (*R, "cycle", "statement_count"),
        "3",
        'must be a whole number, not "3" @ $.record.cycle.statement_count',
    ),
    (
        (*R, "cycle", "statement_count"),
        1.9,
        "must be a whole number, not 1.9 @ $.record.cycle.statement_count",
    ),
    (
        (*R, "cycle", "statement_count"),
        True,
        "must be a whole number, not true @ $.record.cycle.statement_count",
    ),
    (
        (*PLAN_0, "cadence", "day"),
        15.0,
        "must be a whole number, not 15.0 @ $.record.plans[0].cadence.day",
    ),
    # flags
    (
        (*PLAN_0, "needs_attention"),
        "false",
        'must be true or false, not "false" @ $.record.plans[0].needs_attention',
    ),
    (
        (*PLAN_0, "needs_attention"),
        1,
        "must be true or false, not 1 @ $.record.plans[0].needs_attention",
    ),
    # dates
    ((*R, "last_act_on"), "20260502", f'{DATE}, not "20260502" @ $.record.last_act_on'),
    ((*R, "last_act_on"), "2026-W18-6", f'{DATE}, not "2026-W18-6" @ $.record.last_act_on'),
    ((*R, "last_act_on"), "2026-02-30", f'{DATE}, not "2026-02-30" @ $.record.last_act_on'),
    (
        (*R, "last_act_on"),
        "2026-05-02T00:00:00",
        f'{DATE}, not "2026-05-02T00:00:00" @ $.record.last_act_on',
    ),
    ((*R, "last_act_on"), 20260502, f"{DATE}, not 20260502 @ $.record.last_act_on"),
    ((*CHARGE_0, "posted_on"), None, f"{DATE}, not null @ $.record.charges[0].posted_on"),
    # dollars
    ((*CHARGE_0, "amount"), 240, f"{MONEY}, not 240 @ $.record.charges[0].amount"),
    ((*CHARGE_0, "amount"), 240.5, f"{MONEY}, not 240.5 @ $.record.charges[0].amount"),
    ((*CHARGE_0, "amount"), "240", f'{MONEY}, not "240" @ $.record.charges[0].amount'),
    ((*CHARGE_0, "amount"), "240.0", f'{MONEY}, not "240.0" @ $.record.charges[0].amount'),
    ((*CHARGE_0, "amount"), "0240.00", f'{MONEY}, not "0240.00" @ $.record.charges[0].amount'),
    ((*CHARGE_0, "amount"), "+240.00", f'{MONEY}, not "+240.00" @ $.record.charges[0].amount'),
    ((*CHARGE_0, "amount"), "-0.00", f'{MONEY}, not "-0.00" @ $.record.charges[0].amount'),
    ((*CHARGE_0, "amount"), "1e3", f'{MONEY}, not "1e3" @ $.record.charges[0].amount'),
    ((*CHARGE_0, "amount"), "NaN", f'{MONEY}, not "NaN" @ $.record.charges[0].amount'),
    ((*CHARGE_0, "amount"), "1_0.00", f'{MONEY}, not "1_0.00" @ $.record.charges[0].amount'),
    ((*CHARGE_0, "amount"), "240.00\n", f'{MONEY}, not "240.00\\n" @ $.record.charges[0].amount'),
    # enumerations
    (
        (*R, "holds", 0, "scope"),
        "family",
        'must be one of account, patient, claim, not "family" @ $.record.holds[0].scope',
    ),
    (
        (*R, "holds", 0, "scope"),
        ["claim"],
        "must be one of account, patient, claim, not a list @ $.record.holds[0].scope",
    ),
    ((*R, "alarm", "level"), "5", f'{LEVEL}, not "5" @ $.record.alarm.level'),
    ((*R, "alarm", "level"), 9, f"{LEVEL}, not 9 @ $.record.alarm.level"),
    ((*R, "alarm", "level"), True, f"{LEVEL}, not true @ $.record.alarm.level"),
    ((*R, "alarm", "level"), 5.0, f"{LEVEL}, not 5.0 @ $.record.alarm.level"),
    # lists and objects
    ((*R, "charges"), {}, "must be a list, not an object @ $.record.charges"),
    ((*R, "charges"), "C1", "must be a list, not text @ $.record.charges"),
    ((*R, "charges"), None, "must be a list, not null @ $.record.charges"),
    (CHARGE_0, [], "must be an object, not a list @ $.record.charges[0]"),
    ((*R, "cycle"), None, "must be an object, not null @ $.record.cycle"),
    ((*R, "cycle"), 3, "must be an object, not a number @ $.record.cycle"),
    ((*R, "cycle"), False, "must be an object, not true or false @ $.record.cycle"),
    (
        (*R, "alarm", "patient_ids", 1),
        2,
        "must be text, not 2 @ $.record.alarm.patient_ids[1]",
    ),
    # fields
    ((*R, "guarantor"), DROP, "required field missing @ $.record.guarantor"),
    ((*CHARGE_0, "amount"), DROP, "required field missing @ $.record.charges[0].amount"),
    (
        (*CHARGE_0, "amout"),
        "1.00",
        'unknown field: did you mean "amount"? @ $.record.charges[0].amout',
    ),
    ((*CHARGE_0, "outstanding"), "1.00", OUTSTANDING),
    ((*CHARGE_0, "x y"), 1, 'unknown field @ $.record.charges[0]["x y"]'),
    # the envelope
    (("schema",), DROP, "required field missing @ $.schema"),
    (("schema",), "1", 'must be a whole number, not "1" @ $.schema'),
    (("schema",), True, "must be a whole number, not true @ $.schema"),
    (("schema",), 0, "must be 1, not 0 @ $.schema"),
    (
        ("schema",),
        2,
        "schema 2 is newer than 1, the newest read here: upgrade revcycle @ $.schema",
    ),
    (("kind",), DROP, "required field missing @ $.kind"),
    (("kind",), None, "must be text, not null @ $.kind"),
    (("kind",), "statement", 'must be "account", not "statement" @ $.kind'),
    (("record",), DROP, "required field missing @ $.record"),
    (("record",), [], "must be an object, not a list @ $.record"),
    (("recrod",), {}, 'unknown field: did you mean "record"? @ $.recrod'),
    # what a constructor refuses stands at the record
    (
        (*CHARGE_0, "amount"),
        "-1.00",
        (
            "Charge.amount is Decimal('-1.00'): it must be US dollars, 0.00 or more"
            " @ $.record.charges[0]"
        ),
    ),
    (
        (*CHARGE_0, "standing", "level"),
        3,
        (
            "Standing.level is DunningLevel(3): it must be 0 or 5 to 8 on a plan (DL-6)"
            " @ $.record.charges[0].standing"
        ),
    ),
    (
        (*R, "charges", 1, "id"),
        "C1",
        "Account.charges is ('C1',): it must hold each id once @ $.record",
    ),
]

EVENT_DEFECTS = [
    (
        {"on": "2026-05-01", "plan_id": "PL1"},
        'required field missing: a type such as "charge_posted" @ $.record[0].type',
    ),
    (
        {"type": "plan_end", "on": "2026-05-01", "plan_id": "PL1"},
        'unknown type "plan_end": did you mean "plan_ended"? @ $.record[0].type',
    ),
    (
        {"type": "PlanEnded", "on": "2026-05-01", "plan_id": "PL1"},
        'unknown type "PlanEnded": did you mean "plan_ended"? @ $.record[0].type',
    ),
    (
        {"type": None, "on": "2026-05-01", "plan_id": "PL1"},
        'must be a type such as "charge_posted", not null @ $.record[0].type',
    ),
    (
        {"type": "plan_ended", "plan_id": "PL1"},
        "required field missing @ $.record[0].on",
    ),
    (
        {"type": "plan_ended", "on": "2026-05-01", "plan_id": "PL1", "plan": 1},
        'unknown field: did you mean "plan_id"? @ $.record[0].plan',
    ),
    ("plan_ended", "must be an object, not text @ $.record[0]"),
    (None, "must be an object, not null @ $.record[0]"),
]
