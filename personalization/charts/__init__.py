"""Pictures of figures, drawn by the server: each is a frozen answer of what to draw, and a template that draws it.

A page includes "personalization/charts/figure.html" with one of them and the sheet personalization/charts.css. No
script and no style in the markup: it works under the strictest policy. Each has its table beside it, and its CSV.
"""
