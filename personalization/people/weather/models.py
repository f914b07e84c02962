"""One row for each region: the last that was told of its weather."""

from django.db import models


class Weather(models.Model):
    """The weather of a region; "*" stands for everywhere else. What nobody tells is null."""

    # As it is compared: without capitals, for shoppers write it themselves.
    region = models.CharField(max_length=100, primary_key=True)
    temperature = models.FloatField(null=True)  # °C
    rain = models.FloatField(null=True)  # mm in an hour
    snow = models.FloatField(null=True)  # mm in an hour, molten
    wind = models.FloatField(null=True)  # m/s
    told_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.region
