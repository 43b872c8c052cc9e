"""Addresses of the vacancies."""

from django.urls import path

from vizavi.web.vacancies import board, views

urlpatterns = [
    path("", views.index, name="vacancies"),
    path("new/", views.new, name="vacancy_new"),
    path("<int:vacancy_id>/", views.card, name="vacancy"),
    path("<int:vacancy_id>/board/", board.part, name="vacancy_board"),
    path("<int:vacancy_id>/details/", views.details, name="vacancy_details"),
    path("<int:vacancy_id>/events/", views.events, name="vacancy_events"),
    path("<int:vacancy_id>/history/", views.history, name="vacancy_history"),
    path("<int:vacancy_id>/edit/", views.edit, name="vacancy_edit"),
    path("applications/<int:application_id>/move/", board.move, name="application_move"),
]
