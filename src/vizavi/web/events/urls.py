"""Addresses of the event card."""

from django.urls import path

from vizavi.web.events import drags, letters, moves, questions, views

urlpatterns = [
    path("new/", views.new, name="event_new"),
    path("check/", views.check, name="event_check"),
    path("<int:event_id>/", views.card, name="event_card"),
    path("<int:event_id>/move/", drags.move, name="event_move"),
    path("<int:event_id>/status/", moves.status, name="event_status"),
    path("<int:event_id>/sync/", questions.sync, name="event_sync"),
    path("<int:event_id>/answer/", questions.answer, name="event_answer"),
    path("<int:event_id>/proposal/", questions.proposal, name="event_proposal"),
    path("<int:event_id>/journal/", questions.journal, name="event_journal"),
    path("<int:event_id>/history/", questions.history, name="event_history"),
    path("<int:event_id>/letters/", letters.panel, name="event_letters"),
    path("<int:event_id>/letters/list/", letters.listing, name="event_letter_list"),
    path("<int:event_id>/letters/again/", letters.again, name="event_letter_again"),
    path("<int:event_id>/invitation.ics", letters.calendar, name="event_invitation"),
]
