"""Addresses of the candidates."""

from django.urls import path

from vizavi.web.candidates import applications, bulk, listing, views

urlpatterns = [
    path("", listing.index, name="candidates"),
    path("options.json", listing.options, name="candidate_options"),
    path("new/", views.new, name="candidate_new"),
    path("move/", bulk.move, name="candidates_move"),
    path("put/", bulk.put, name="candidates_put"),
    path("<int:candidate_id>/", views.card, name="candidate"),
    path("<int:candidate_id>/history/", views.history, name="candidate_history"),
    path("<int:candidate_id>/edit/", views.edit, name="candidate_edit"),
    path("<int:candidate_id>/applications/", applications.add, name="application_new"),
    path("applications/<int:application_id>/stage/", applications.stage, name="application_stage"),
]
