"""Viewers and permissions."""

import pytest

from revcycle.access import AccessProblem, Permission, Viewer, may, require_permission
from revcycle.errors import InvalidRecord, NotPermitted


def test_a_viewer_has_an_id_and_a_set_of_permissions():
    """PR-5: nothing but members of Permission, in a frozenset; by default none."""
    assert Viewer(id="u").permissions == frozenset()
    for fields, field in (
        ({"id": ""}, "id"),
        ({"id": "u", "permissions": {Permission.SELF_PAY_ADMIN}}, "permissions"),
        (
            {"id": "u", "permissions": frozenset({"Self-Pay Account Management: Admin"})},
            "permissions",
        ),
        ({"id": "u", "permissions": [Permission.SELF_PAY_ADMIN]}, "permissions"),
    ):
        with pytest.raises(InvalidRecord) as caught:
            Viewer(**fields)
        assert (caught.value.record, caught.value.field) == ("Viewer", field)


@pytest.mark.parametrize("permission", list(Permission))
def test_having_and_lacking_a_permission(permission):
    """PR-5: permitted passes in silence; denied says act, viewer, permission and remedy."""
    allowed = Viewer(id="u", permissions=frozenset({permission}))
    denied = Viewer(id="u", permissions=frozenset(Permission) - {permission})
    assert may(allowed, permission)
    assert not may(denied, permission)
    assert require_permission("act", allowed, permission) is None
    with pytest.raises(NotPermitted) as caught:
        require_permission("act", denied, permission)
    assert str(caught.value) == (
        f"act refused: permission missing (viewer u lacks {permission.value!r}): "
        "Ask an administrator for the permission."
    )
    assert caught.value.propositions == (AccessProblem.PERMISSION_MISSING,)
