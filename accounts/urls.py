"""Where members join, sign in, lock and unlock. Only what is named here of allauth's pages exists."""

from __future__ import annotations

from allauth.account.views import LoginView, LogoutView
from django.urls import path

from accounts.views import join, open_sessions, second_step, unlock, words

app_name = "accounts"
urlpatterns = [
    path("unlock/", unlock.unlock, name="unlock"),
    path("lock/", unlock.lock, name="lock"),
    path("words/", words.renew, name="words"),
    path("sessions/", open_sessions.shown, name="sessions"),
    path("sessions/name/", open_sessions.name, name="name_session"),
    path("sessions/end/", open_sessions.end, name="end_sessions"),
]
joining = [path("", join.join, name="join")]
sign_in = [
    path("sign-in/", LoginView.as_view(), name="account_login"),
    path("sign-out/", LogoutView.as_view(), name="account_logout"),
    path("words-again/", second_step.GiveWordsAgain.as_view(), name="account_reauthenticate"),
    path("second-step/", second_step.index, name="mfa_index"),
    path("second-step/give/", second_step.Authenticate.as_view(), name="mfa_authenticate"),
    path("second-step/app/", second_step.ActivateTotp.as_view(), name="mfa_activate_totp"),
    path("second-step/app/remove/", second_step.DeactivateTotp.as_view(), name="mfa_deactivate_totp"),
    path("second-step/passkey/", second_step.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("second-step/passkey/<int:pk>/remove/", second_step.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("second-step/codes/", second_step.recovery_codes, name="mfa_view_recovery_codes"),
]
