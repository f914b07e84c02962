"""The demo's Celery app: settings come from Django, tasks from the installed apps."""

import os

from celery import Celery

from shop_demo.messages import use_whole_messages

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop_demo.settings")
use_whole_messages()

app = Celery("shop_demo")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
