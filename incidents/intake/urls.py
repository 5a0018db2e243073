"""The addresses a witness meets."""

from __future__ import annotations

from django.urls import path

from incidents.intake.views import adding, back, filing, sending, visit

app_name = "intake"
urlpatterns = [
    path("", filing.start, name="start"),
    path("groups/", filing.groups, name="groups"),
    path("to/<slug:desk>/<str:fingerprint>/", filing.to, name="to"),
    path("report/", filing.report, name="report"),
    path("report/receipt/", filing.receipt, name="receipt"),
    path("report/more/", adding.more, name="more"),
    path("report/more/<slug:section>/", adding.section, name="section"),
    path("report/files/", adding.files, name="files"),
    path("report/done/", adding.done, name="done"),
    path("report/proof/", back.proof, name="proof"),
    path("report/incidents/<uuid:incident>/exhibits/<uuid:exhibit>", sending.exhibit, name="send"),
    path("report/incidents/<uuid:incident>/exhibits/<uuid:exhibit>/parts/<int:number>", sending.part, name="send_part"),
    path("report/incidents/<uuid:incident>/exhibits/<uuid:exhibit>/finish", sending.finish, name="send_finish"),
    path("leave/", visit.leave, name="leave"),
    path("language/", visit.language, name="language"),
    path("back/", back.back, name="back"),
    path("back/report/", back.report, name="back_report"),
    path("back/uses/", back.change, name="uses"),
]
