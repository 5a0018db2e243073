"""Where packets are prepared and taken out."""

from __future__ import annotations

from django.urls import path

from incidents.packet import views

app_name = "packet"
urlpatterns = [
    path("<slug:desk>/<str:reference>/packets/", views.prepare, name="prepare"),
    path("<slug:desk>/<str:reference>/packets/<int:number>/", views.ready, name="ready"),
    path("<slug:desk>/<str:reference>/packets/<int:number>/download/", views.download, name="download"),
    path("<slug:desk>/<str:reference>/packets/<int:number>/stamps/<int:stamp>/", views.stamp, name="stamp"),
]
