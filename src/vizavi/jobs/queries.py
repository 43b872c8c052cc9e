"""What is read in more than one place: whose runs are whose."""

from django.db.models import Q, QuerySet

from vizavi.common.permissions import Right, allowed
from vizavi.jobs.models import TaskRun
from vizavi.people.models import User


def visible_runs(user: User) -> QuerySet[TaskRun]:
    """All runs for whoever may load all accounts, else those a person started; the newest first."""
    mine = Q() if allowed(user, Right.RUN_LOADING) else Q(started_by=user)
    return TaskRun.objects.filter(mine).select_related("task", "started_by").order_by("-created_at", "-pk")
