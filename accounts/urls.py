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
    path("words-again/", unlock.words_again, name="words_again"),
    path("sessions/", open_sessions.shown, name="sessions"),
    path("sessions/end/", open_sessions.end, name="end_sessions"),
]
joining = [path("", join.join, name="join")]
sign_in = [
    path("sign-in/", LoginView.as_view(), name="account_login"),
    path("sign-out/", LogoutView.as_view(), name="account_logout"),
    path("second-step/", second_step.index, name="mfa_index"),
    path("second-step/give/", second_step.give, name="mfa_authenticate"),
    path("second-step/app/", second_step.app, name="mfa_activate_totp"),
    path("second-step/app/remove/", second_step.give_up_app, name="mfa_deactivate_totp"),
    path("second-step/passkey/", second_step.passkey, name="mfa_add_webauthn"),
    path("second-step/passkey/<int:pk>/remove/", second_step.give_up_passkey, name="mfa_remove_webauthn"),
    path("second-step/codes/", second_step.codes, name="mfa_generate_recovery_codes"),
]
