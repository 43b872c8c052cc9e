"""The form of a vacancy."""

from typing import Any

from django import forms

from vizavi.common.permissions import Right, allowed
from vizavi.people.models import User
from vizavi.recruiting.models import Vacancy
from vizavi.web.forms import ModelForm


class VacancyForm(ModelForm):
    class Meta:
        model = Vacancy
        fields = (
            "title",
            "number",
            "status",
            "urgent",
            "department",
            "city",
            "recruiter",
            "manager",
            "salary_from",
            "salary_to",
            "seats",
        )
        widgets = {
            "department": forms.Select(attrs={"data-searchable": ""}),
            "recruiter": forms.Select(attrs={"data-searchable": ""}),
            "manager": forms.Select(attrs={"data-searchable": ""}),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True).order_by("last_name", "first_name")
        recruiters = [person.pk for person in people if allowed(person, Right.PLAN_EVENTS)]
        if not allowed(user, Right.EDIT_CANDIDATES):
            recruiters = [user.pk]  # a vacancy that one opens is one's own
        present = [pk for pk in (self.instance.recruiter_id, self.instance.manager_id) if pk]
        everyone = User.objects.filter(pk__in=[*recruiters, *present])
        self.fields["recruiter"].queryset = everyone.order_by("last_name", "first_name")  # type: ignore[attr-defined]
        self.fields["manager"].queryset = people  # type: ignore[attr-defined]
