"""Medical self-pay accounts receivable and payer-portal access triage, as pure functions.

    money dates levels           exact dollars, calendar dates, the order of severity
    charges holds plans accounts contacts the nouns: immutable records, valid by construction
    dunning                      the verbs: statement runs, postings, plans, alarms, families
    charges holds plans accounts the nouns: immutable records, valid by construction
    contacts                     who was called or written to, kept beside accounts
    dunning                      the verbs: statement runs, postings, plans, alarms, families,
                                 collections, guard rails, restrictions, changes of policy
    rules                        rules as data: decide, explain, prove
    worklists                    who follows up which account, and the proof that somebody does
    desk                         the account view, what staff do on it, letters
    layout                       captioned tables as text and as HTML
    portals                      payer portals that cannot be used: who must act, and what waits
    reports                      what is owed by age, what happened, what was lost; of any past day
    tables                       rows to text that is safe in a spreadsheet
    access                       who may look, and who may not
    codec                        records to plain data and JSON text, and back

Nothing here reads a clock, a file, an environment variable or a random source: the caller passes
``as_of``. Import from the modules; this one holds no logic.
"""

from __future__ import annotations

__all__ = ["__version__"]

__version__ = "0.1.0"
