"""Payer portals: what they cover, how one signs in, and the medical groups they are used for.

    Portal
      CoveredPayer ...     payers and insurance reporting categories (IRCs)
      PortalAccount ...    a sign-in, and what its type lets the practice change
        AccountType
    MedicalGroup

A portal is the host's record; nothing here signs in anywhere. Who has a user name is a person, so
user names and tax ids stay out of repr and errors, and passwords are never held at all (PH-12).
"""

from __future__ import annotations

from datetime import date
from typing import Final

import attrs

from revcycle.checks import (
    DATE,
    FLAG,
    ID,
    TEXT,
    WORDS,
    check_fields,
    each,
    one_of,
    optional,
    private,
    unique,
)
from revcycle.errors import UnknownReference

__all__ = [
    "AccountType",
    "CoveredPayer",
    "MedicalGroup",
    "Portal",
    "PortalAccount",
    "account_of",
]


@attrs.frozen(kw_only=True)
class CoveredPayer:
    """A payer or an insurance reporting category (IRC) that a portal covers (PH-1).

    Attributes:
        id: minted by the host, the same on every portal that covers it.
        name: what people search for (PH-5).
    """

    id: str
    name: str

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, _COVERED)


_COVERED: Final = (("id", ID), ("name", WORDS))


@attrs.frozen(kw_only=True)
class AccountType:
    """What a kind of account lets the practice change from its task (PH-9).

    Attributes:
        name: what it is called.
        may_change_user_name: whether a response may give another user name.
        may_change_password: whether a response may give another password.
        may_add_account: whether a response may give a further account.
    """

    name: str
    may_change_user_name: bool = False
    may_change_password: bool = False
    may_add_account: bool = False

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, _TYPE)


_TYPE: Final = (
    ("name", WORDS),
    ("may_change_user_name", FLAG),
    ("may_change_password", FLAG),
    ("may_add_account", FLAG),
)


@attrs.frozen(kw_only=True)
class PortalAccount:
    """A sign-in at a portal (PH-1).

    Attributes:
        id: minted by the host, unique in the portal.
        account_type: what the practice may change.
        user_name: who signs in; private. None while the account is still to be opened.
        tins: tax ids on the account; private, for a sole practitioner's is a person's.
    """

    id: str
    account_type: AccountType
    user_name: str | None = private(default=None)
    tins: tuple[str, ...] = private(default=())

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, _ACCOUNT)


_ACCOUNT: Final = (
    ("id", ID),
    ("account_type", one_of(AccountType)),
    ("user_name", optional(WORDS)),
    ("tins", each(WORDS)),
)


@attrs.frozen(kw_only=True)
class Portal:
    """A payer's web portal, on which work is done for the practice (PH-1).

    Attributes:
        id: minted by the host.
        name: what people call it.
        url: where it is; may be empty.
        covers: its payers and IRCs, each id once.
        accounts: the sign-ins, each id once.
    """

    id: str
    name: str
    url: str = ""
    covers: tuple[CoveredPayer, ...] = ()
    accounts: tuple[PortalAccount, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Check the fields and that ids are not used twice."""
        check_fields(self, _PORTAL)
        unique(self, "covers", [payer.id for payer in self.covers])
        unique(self, "accounts", [account.id for account in self.accounts])


_PORTAL: Final = (
    ("id", ID),
    ("name", WORDS),
    ("url", TEXT),
    ("covers", each(one_of(CoveredPayer))),
    ("accounts", each(one_of(PortalAccount))),
)


@attrs.frozen(kw_only=True)
class MedicalGroup:
    """A part of the practice with numbers of its own (PH-8).

    Attributes:
        id: minted by the host.
        name: what people call it.
        created_on: when it was set up, or None if not known.
    """

    id: str
    name: str
    created_on: date | None = None

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, (("id", ID), ("name", WORDS), ("created_on", optional(DATE))))


def account_of(portal: Portal, account_id: str) -> PortalAccount:
    """Find a sign-in of *portal*.

    Raises:
        UnknownReference: there is no such account.
    """
    for account in portal.accounts:
        if account.id == account_id:
            return account
    raise UnknownReference("portal account", account_id)
