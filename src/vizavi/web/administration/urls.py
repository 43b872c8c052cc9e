"""Addresses of «Администрирование»."""

from django.urls import path

from vizavi.web.administration import (
    after_restore,
    audit_log,
    connections,
    departments,
    event_types,
    funnel,
    google_project,
    rooms,
    runs,
    tasks,
    users,
)

urlpatterns = [
    path("event-types/", event_types.index, name="event_types"),
    path("event-types/new/", event_types.card, name="event_type_new"),
    path("event-types/title/", event_types.title_preview, name="event_type_title"),
    path("event-types/<int:pk>/", event_types.card, name="event_type"),
    path("event-types/<int:pk>/export/", event_types.export_preview, name="event_type_export"),
    path("rooms/", rooms.index, name="rooms"),
    path("rooms/new/", rooms.card, name="room_new"),
    path("rooms/<int:pk>/", rooms.card, name="room"),
    path("departments/", departments.index, name="departments"),
    path("departments/new/", departments.card, name="department_new"),
    path("departments/<int:pk>/", departments.card, name="department"),
    path("departments/<int:pk>/delete/", departments.delete, name="department_delete"),
    path("stages/", funnel.stages, name="stages"),
    path("stages/<int:pk>/", funnel.stage, name="stage"),
    path("rejection-reasons/", funnel.reasons, name="rejection_reasons"),
    path("rejection-reasons/new/", funnel.reason, name="rejection_reason_new"),
    path("rejection-reasons/<int:pk>/", funnel.reason, name="rejection_reason"),
    path("users/", users.index, name="users"),
    path("users/new/", users.card, name="user_new"),
    path("users/<int:pk>/", users.card, name="user"),
    path("users/<int:pk>/password/", users.password, name="user_password"),
    path("tasks/", tasks.index, name="tasks"),
    path("tasks/<slug:code>/", tasks.card, name="task"),
    path("tasks/<slug:code>/next-run/", tasks.next_run_preview, name="task_next_run"),
    path("runs/<int:pk>/", runs.detail, name="task_run"),
    path("connections/", connections.index, name="connections"),
    path("google-project/", google_project.page, name="google_project"),
    path("backup/", after_restore.page, name="after_restore"),
    path("audit-log/", audit_log.index, name="audit_log"),
]
