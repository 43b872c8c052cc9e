"""Addresses of the vacancies."""

from django.urls import path

from vizavi.web.vacancies import views

urlpatterns = [
    path("", views.index, name="vacancies"),
    path("new/", views.new, name="vacancy_new"),
    path("<int:vacancy_id>/", views.card, name="vacancy"),
    path("<int:vacancy_id>/edit/", views.edit, name="vacancy_edit"),
]
