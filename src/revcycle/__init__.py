"""Medical self-pay accounts receivable and payer-portal access triage, as pure functions.

    money dates levels             exact dollars, calendar dates, the order of severity
    charges plans holds accounts   the nouns: immutable records, valid by construction
    dunning                        the verbs: statement runs, postings, plans, alarms, families,
                                   collections, guard rails, restrictions, changes of policy
    rules                          rules as data: decide, explain, prove
    printing                       statements in plain words, as text and as a web page
    outreach                       a day's plan: what goes to whom, by which way, and why
    worklists                      who follows up which account, and the proof that somebody does
    desk                           the account view, what staff do on it, letters
    reports                        what is owed by age, what happened, what was lost; any past day
    portals                        payer portals that cannot be used: who must act, and what waits
    contacts                       who was called or written to, kept beside accounts
    tables                         rows to text that is safe in a spreadsheet
    access                         who may look, and who may not
    codec                          records to plain data and JSON text, and back
    errors                         everything that is raised
    testing                        strategies, random acts and invariants, for our tests and yours
    layout checks folding          for the library itself: tables to be shown, what a field must be,
                                   names whatever their case and accents

Nothing here reads a clock, a file, an environment variable or a random source: the caller passes
``as_of``. Import from the modules; this one holds no logic.
"""

from __future__ import annotations

__all__ = ["__version__"]

__version__ = "0.1.0"
