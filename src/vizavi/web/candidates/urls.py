"""Addresses of the candidates."""

from django.urls import path

from vizavi.web.candidates import applications, views

urlpatterns = [
    path("", views.index, name="candidates"),
    path("options.json", views.options, name="candidate_options"),
    path("new/", views.new, name="candidate_new"),
    path("<int:candidate_id>/", views.card, name="candidate"),
    path("<int:candidate_id>/edit/", views.edit, name="candidate_edit"),
    path("<int:candidate_id>/applications/", applications.add, name="application_new"),
    path("applications/<int:application_id>/stage/", applications.stage, name="application_stage"),
]
