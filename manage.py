#!/usr/bin/env python
"""Runs Django's commands for the demo shop; `python manage.py demo` starts the whole shop."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop_demo.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
