"""Address of the guide."""

from django.urls import path

from vizavi.web.guide import views

urlpatterns = [path("", views.page, name="guide")]
