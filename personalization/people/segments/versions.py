"""What a segment was before: each change in the admin keeps both ends of it in the admin's own history."""

from personalization.jobs.versions import Versions
from personalization.people.segments.models import Segment

KEPT = ("name", "note", "tree")
_versions = Versions(Segment, KEPT, "segment")
version, stored_version, message = _versions.of, _versions.stored, _versions.message
changes, former = _versions.changes, _versions.former
