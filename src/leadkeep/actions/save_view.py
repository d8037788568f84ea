"""Save a view of leads, to come back to."""

from leadkeep.actions import clock
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.errors import ConflictError, NotFoundError
from leadkeep.domain.view import MAX_VIEWS, View, check_name, check_query
from leadkeep.storage import views
from leadkeep.storage.store import Store


def save_view(store: Store, grant: Grant, name: str, query: str, *, shared: bool) -> View:
    """To share one needs `write`. Raises ConflictError for too many, ForbiddenError, InvalidError,
    MalformedError."""
    grant.require(Permission.WRITE if shared else Permission.READ)
    if views.count(store, grant.id) >= MAX_VIEWS:
        raise ConflictError(f"You have {MAX_VIEWS} views already; delete one first")
    view = View(
        id=clock.new_id(),
        user_id=grant.id,
        name=check_name(name),
        query=check_query(query),
        shared=shared,
        created_at=clock.now(),
    )
    views.add(store, view)
    return view


def list_views(store: Store, grant: Grant) -> list[View]:
    """The caller's own and those that others share, by name; of a bot outside the grant, none of theirs."""
    return [
        view
        for view in views.of_user(store, grant.id)
        if view.user_id == grant.id or view.bot_id is None or grant.covers(view.bot_id)
    ]


def delete_view(store: Store, grant: Grant, view_id: str) -> None:
    """One's own; an owner may delete what others share. Raises NotFoundError."""
    view = views.get(store, view_id)
    may = view is not None and (view.user_id == grant.id or (view.shared and grant.has(Permission.ADMIN)))
    if view is None or not may:
        raise NotFoundError("This view is gone already")
    views.delete(store, view.id)
