"""Where members sign in, lock and unlock. Only these two of allauth's pages exist."""

from __future__ import annotations

from allauth.account.views import LoginView, LogoutView
from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("unlock/", views.unlock, name="unlock"),
    path("lock/", views.lock, name="lock"),
]
sign_in = [
    path("sign-in/", LoginView.as_view(), name="account_login"),
    path("sign-out/", LogoutView.as_view(), name="account_logout"),
]
