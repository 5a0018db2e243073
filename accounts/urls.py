"""Where members join, sign in, lock and unlock. Only what is named here of allauth's pages exists."""

from __future__ import annotations

from allauth.account.views import LoginView, LogoutView
from django.urls import path

from accounts.views import join, unlock, words

app_name = "accounts"
urlpatterns = [
    path("unlock/", unlock.unlock, name="unlock"),
    path("lock/", unlock.lock, name="lock"),
    path("words/", words.renew, name="words"),
]
joining = [path("", join.join, name="join")]
sign_in = [
    path("sign-in/", LoginView.as_view(), name="account_login"),
    path("sign-out/", LogoutView.as_view(), name="account_logout"),
]
