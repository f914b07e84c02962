"""Django admin's face: registers what the packages bring."""
