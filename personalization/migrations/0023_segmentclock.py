from django.db import migrations, models

# Requests keep what they know of live segments for as long as this row stays: one look at it, however many there are.
CHANGE = """
CREATE FUNCTION personalization_note_live_segments() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    INSERT INTO personalization_segmentclock (id, version) VALUES (1, gen_random_uuid())
    ON CONFLICT (id) DO UPDATE SET version = excluded.version;
    RETURN NULL;
END
$function$;
CREATE TRIGGER personalization_segment_made AFTER INSERT ON personalization_segment
FOR EACH ROW WHEN (new.is_live) EXECUTE FUNCTION personalization_note_live_segments();
CREATE TRIGGER personalization_segment_gone AFTER DELETE ON personalization_segment
FOR EACH ROW WHEN (old.is_live) EXECUTE FUNCTION personalization_note_live_segments();
CREATE TRIGGER personalization_segment_changed AFTER UPDATE ON personalization_segment
FOR EACH ROW WHEN ((old.is_live OR new.is_live)
    AND (old.is_live, old.is_active, old.settled_at, old.counted_tree)
        IS DISTINCT FROM (new.is_live, new.is_active, new.settled_at, new.counted_tree))
EXECUTE FUNCTION personalization_note_live_segments()
"""
UNDO = """
DROP TRIGGER personalization_segment_made ON personalization_segment;
DROP TRIGGER personalization_segment_gone ON personalization_segment;
DROP TRIGGER personalization_segment_changed ON personalization_segment;
DROP FUNCTION personalization_note_live_segments()
"""


class Migration(migrations.Migration):
    dependencies = [("personalization", "0022_draw")]

    operations = [
        migrations.CreateModel(
            name="SegmentClock",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.UUIDField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="personalization_segment_clock")
                ],
            },
        ),
        migrations.RunSQL(CHANGE, reverse_sql=UNDO),
    ]
