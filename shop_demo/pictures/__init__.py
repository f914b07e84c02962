"""Drawn product pictures: a soft ground for the department, a glyph for the thing, the pack size in small type.

`glyphs.svg` holds the glyphs, `drawing` puts a picture together and saves it, `colours` knows the palettes,
`looks` what a thing looks like by nature, `thumbnails` serves a picture whole wherever Oscar asks for a thumbnail.
"""
