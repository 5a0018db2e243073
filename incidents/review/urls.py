"""Where members read."""

from __future__ import annotations

from django.urls import path

from incidents.review import (
    desk_keys,
    exhibits,
    ledger_audit,
    ledger_heads,
    ledger_views,
    loose_files,
    people,
    redacting,
    sharing,
    views,
)

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
    path("<slug:desk>/people/<uuid:seat>/phone/", people.phone, name="phone"),
    path("<slug:desk>/people/<uuid:invitation>/withdraw/", people.withdraw, name="withdraw"),
    path("<slug:desk>/kit/", desk_keys.kit, name="kit"),
    path("<slug:desk>/kit/try/", desk_keys.try_kit, name="try_kit"),
    path("<slug:desk>/key/", desk_keys.key, name="key"),
    path("<slug:desk>/page/", desk_keys.page, name="page"),
    path("<slug:desk>/cards/", sharing.posted_cards, name="posted_cards"),
    path("<slug:desk>/ledger/", ledger_views.of_desk, name="ledger"),
    path("<slug:desk>/ledger/<int:index>/proof/", ledger_views.proof, name="ledger_proof"),
    path("<slug:desk>/<str:reference>/", views.incident, name="incident"),
    path("<slug:desk>/<str:reference>/ledger/", ledger_views.of_incident, name="incident_ledger"),
    path("<slug:desk>/<str:reference>/sharing/", sharing.sharing, name="sharing"),
    path("<slug:desk>/<str:reference>/sharing/withdraw/", sharing.withdraw, name="withdraw_grant"),
    path("<slug:desk>/<str:reference>/sharing/key/", sharing.new_key, name="new_key"),
    path("<slug:desk>/<str:reference>/sharing/card/", sharing.post_card, name="post_card"),
    path("<slug:desk>/<str:reference>/sharing/card/withdraw/", sharing.withdraw_card, name="withdraw_card"),
    path("<slug:desk>/<str:reference>/mail/", views.mail_reporter, name="mail_reporter"),
    path("<slug:desk>/<str:reference>/move/", views.move, name="move"),
    path("<slug:desk>/<str:reference>/files/check/", loose_files.check, name="check_files"),
    path("<slug:desk>/<str:reference>/files/<uuid:exhibit>/parts/<int:number>/", loose_files.part, name="loose_part"),
    path("<slug:desk>/<str:reference>/files/<uuid:exhibit>/", exhibits.exhibit, name="exhibit"),
    path("<slug:desk>/<str:reference>/files/<uuid:exhibit>/make/", exhibits.make, name="make"),
    path("<slug:desk>/<str:reference>/files/<uuid:exhibit>/words/", exhibits.words, name="exhibit_words"),
    path("<slug:desk>/<str:reference>/files/<uuid:exhibit>/original/", exhibits.original, name="original"),
    path("<slug:desk>/<str:reference>/files/<uuid:exhibit>/copies/<uuid:copy>/", exhibits.copy, name="copy"),
    path("<slug:desk>/<str:reference>/files/<uuid:file>/cover/", redacting.cover, name="cover"),
    path("<slug:desk>/<str:reference>/files/<uuid:file>/covered/", redacting.covered, name="covered"),
]

# The one log of the site: its head for members, its lines for auditors.
ledger = (
    [
        path("", ledger_audit.lines, name="lines"),
        path("walk/", ledger_audit.walk, name="walk"),
        path("<int:index>/proof/", ledger_audit.proof, name="proof"),
        path("head/", ledger_heads.head, name="head"),
        path("head/keep/", ledger_heads.keep, name="keep"),
        path("head/check/", ledger_heads.check, name="check"),
        path("head/checkpoint/", ledger_heads.checkpoint, name="checkpoint"),
        path("head/kept/", ledger_heads.kept, name="kept"),
        path("head/stamps/<int:stamp>/", ledger_heads.stamp, name="stamp"),
        path("head/stamps/<int:stamp>/head/", ledger_heads.stamped, name="stamped"),
    ],
    "ledger",
)
