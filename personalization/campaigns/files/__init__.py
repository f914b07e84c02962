"""Campaigns as files: written as YAML, compared with the shop, and read back.

`kind` is the contract of what can be kept in a file, `parts` says how each field of it is written. `naming` calls
things by names that mean the same in another shop, never by their numbers. `text` reads and writes YAML, `folder` a
file, a folder or an archive with pictures. `give_out` exports; `take_in` finds every fault, tells what would change,
and changes all or nothing. `pages` are those of the admin.
"""
