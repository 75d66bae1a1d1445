"""Pages and the widget's endpoints."""

from __future__ import annotations

from django.urls import path

from assistant.interfaces import pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("healthz", pages.health, name="health"),
    path("widget/<str:key>/session", pages.widget_session, name="widget-session"),
    path("widget/<str:key>/articles/<uuid:document>/", pages.article, name="article"),
    path("widget/<str:key>/frame", pages.widget_frame, name="widget-frame"),
    path("demo/<slug:slug>/", pages.demo, name="demo"),
    path("desk/", pages.desk_home, name="desk-home"),
    path("desk/<slug:slug>/", pages.desk, name="desk"),
]
