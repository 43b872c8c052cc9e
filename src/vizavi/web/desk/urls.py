"""Addresses of «Рабочий стол»; it is also the home page."""

from django.urls import path
from django.views.generic import RedirectView

from vizavi.web.desk import views

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="desk"), name="home"),
    path("desk/", views.page, name="desk"),
]
