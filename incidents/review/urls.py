"""Where members read."""

from __future__ import annotations

from django.urls import path

from incidents.review import desk_keys, people, views

app_name = "review"
urlpatterns = [
    path("", views.home, name="home"),
    path("<slug:desk>/", views.inbox, name="inbox"),
    path("<slug:desk>/people/", people.people, name="people"),
    path("<slug:desk>/people/invite/", people.invite, name="invite"),
    path("<slug:desk>/people/<int:member>/seat/", people.admit, name="admit"),
    path("<slug:desk>/people/<uuid:seat>/role/", people.role, name="role"),
    path("<slug:desk>/people/<uuid:seat>/unseat/", people.unseat, name="unseat"),
    path("<slug:desk>/people/<uuid:seat>/words/", people.words, name="words"),
    path("<slug:desk>/people/<uuid:invitation>/withdraw/", people.withdraw, name="withdraw"),
    path("<slug:desk>/kit/", desk_keys.kit, name="kit"),
    path("<slug:desk>/kit/try/", desk_keys.try_kit, name="try_kit"),
    path("<slug:desk>/key/", desk_keys.key, name="key"),
    path("<slug:desk>/page/", desk_keys.page, name="page"),
    path("<slug:desk>/<str:reference>/", views.incident, name="incident"),
    path("<slug:desk>/<str:reference>/move/", views.move, name="move"),
    path("<slug:desk>/<str:reference>/files/<uuid:exhibit>/original/", views.original, name="original"),
    path("<slug:desk>/<str:reference>/files/<uuid:exhibit>/copy/", views.copy, name="copy"),
]
