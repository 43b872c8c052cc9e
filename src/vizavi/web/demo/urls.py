"""The address of the demo's page «Что посмотреть»."""

from django.urls import path

from vizavi.web.demo import views

urlpatterns = [path("", views.what_to_look_at, name="demo_look")]
