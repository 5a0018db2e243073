"""Where members read."""

from __future__ import annotations

from django.urls import path

from incidents.review import views

app_name = "review"
urlpatterns = [
    path("", views.home, name="home"),
    path("<slug:desk>/", views.inbox, name="inbox"),
    path("<slug:desk>/<str:reference>/", views.incident, name="incident"),
    path("<slug:desk>/<str:reference>/move/", views.move, name="move"),
    path("<slug:desk>/<str:reference>/files/<uuid:exhibit>/original/", views.original, name="original"),
    path("<slug:desk>/<str:reference>/files/<uuid:exhibit>/copy/", views.copy, name="copy"),
]
