"""The statements that make journeys from the log: of the visits that a range of ids touches, each read as a whole."""

from personalization.people.journeys.steps import LONGEST_PATH, Step

TABLES = ("pz_touched", "pz_visit", "pz_touch", "pz_journey")
# What a visit consists of here; signing in says whose it is. Its beginning is read apart.
KINDS = (
    "page_viewed", "category_viewed", "searched", "product_viewed", "block_clicked", "basket_added",
    "checkout_step", "purchased", "logged_in", "registered",
)  # fmt: skip
COLUMNS = (
    "visitor_id", "user_id", "started_at", "source", "medium", "device", "deepest", "viewed_at", "added_at",
    "checkout_at", "ordered_at", "path",
)  # fmt: skip
_NAMES = ", ".join(COLUMNS)

# Every visit with an event in the range, whoever made it: one that turns out to be a bot's is to be taken out.
TOUCHED = """
CREATE TEMPORARY TABLE pz_touched ON COMMIT DROP AS
SELECT DISTINCT visit_id FROM personalization_event WHERE id >= %(since)s AND id < %(until)s AND visit_id IS NOT NULL
"""
# Who said no for a while and yes since has all visits again that could be counted when they were made: the rows went
# with the no.
TOUCHED_AGAIN = """
CREATE TEMPORARY TABLE pz_touched ON COMMIT DROP AS
WITH browser AS (
    SELECT visitor.id FROM personalization_accountconsent AS said
    JOIN personalization_visitor AS visitor ON visitor.user_id = said.user_id
    WHERE said.changed_at >= %(lately)s AND 'analytics' = ANY(said.purposes)
      AND EXISTS (SELECT FROM personalization_consentrecord AS before
                  WHERE before.user_id = said.user_id AND NOT 'analytics' = ANY(before.purposes))
    UNION
    SELECT said.visitor_id FROM personalization_consentrecord AS said
    WHERE said.visitor_id IS NOT NULL AND said.given_at >= %(lately)s AND 'analytics' = ANY(said.purposes)
      AND EXISTS (SELECT FROM personalization_consentrecord AS before
                  WHERE before.visitor_id = said.visitor_id AND before.id < said.id
                    AND NOT 'analytics' = ANY(before.purposes))
      AND NOT EXISTS (SELECT FROM personalization_consentrecord AS after
                      WHERE after.visitor_id = said.visitor_id AND after.id > said.id
                        AND NOT 'analytics' = ANY(after.purposes))
)
SELECT began.id AS visit_id FROM browser JOIN personalization_event AS began ON began.visitor_id = browser.id
JOIN personalization_visitor AS visitor ON visitor.id = browser.id
WHERE began.id < %(ahead)s AND began.kind = 'visit_started' AND began.traffic = 'shopper'
  AND NOT began.payload ? 'uncounted'
  AND NOT EXISTS (SELECT FROM personalization_journey AS known WHERE known.id = began.id)
  AND NOT EXISTS (SELECT FROM personalization_accountconsent AS said
                  WHERE said.user_id = coalesce(began.user_id, visitor.user_id)
                    AND NOT 'analytics' = ANY(said.purposes))
"""
OLDEST = "SELECT visit_id FROM pz_touched ORDER BY visit_id LIMIT 1"

# The one who began it is the one whose visit it is: should another account sign in meanwhile, that is somebody else.
_VISITS = """
CREATE TEMPORARY TABLE pz_visit ON COMMIT DROP AS
SELECT began.id AS visit_id, began.visitor_id, began.user_id, began.happened_at AS started_at, began.payload
FROM pz_touched JOIN personalization_event AS began ON began.id = pz_touched.visit_id
WHERE began.id >= %(first)s AND began.id < %(ahead)s AND began.kind = 'visit_started' AND began.traffic = 'shopper'
  AND began.visitor_id IS NOT NULL AND NOT began.payload ? 'uncounted'
"""

# A shop whose payment comes back without the browser has no `purchased` in the visit: the page of thanks says it too.
_TOUCHES = """
CREATE TEMPORARY TABLE pz_touch ON COMMIT DROP AS
SELECT visit.visit_id, one.id, one.happened_at, one.user_id,
       CASE one.kind
           WHEN 'page_viewed' THEN CASE one.payload->>'name' WHEN 'home' THEN 'home' ELSE 'other' END
           WHEN 'category_viewed' THEN 'category' WHEN 'searched' THEN 'search' WHEN 'product_viewed' THEN 'product'
           WHEN 'block_clicked' THEN 'block' WHEN 'basket_added' THEN 'basket' WHEN 'purchased' THEN 'order'
           WHEN 'checkout_step' THEN CASE one.payload->>'step' WHEN 'thank_you' THEN 'order' ELSE 'checkout' END
       END AS touch
FROM pz_visit AS visit
JOIN personalization_event AS one ON one.visitor_id = visit.visitor_id AND one.visit_id = visit.visit_id
WHERE one.id >= %(oldest)s AND one.id < %(ahead)s AND one.kind = ANY(%(kinds)s) AND one.traffic = 'shopper'
  AND (one.kind = 'purchased' OR NOT one.payload ? 'uncounted')
"""

_JOURNEYS = f"""
CREATE TEMPORARY TABLE pz_journey ON COMMIT DROP AS
SELECT visit.visit_id AS id, visit.visitor_id, coalesce(visit.user_id, way.user_id) AS user_id, visit.started_at,
       left(coalesce(visit.payload->>'source', ''), 100) AS source,
       left(coalesce(visit.payload->>'medium', ''), 100) AS medium,
       left(coalesce(visit.payload->>'device', ''), 16) AS device,
       (CASE WHEN way.ordered_at IS NOT NULL THEN {Step.ORDER} WHEN way.checkout_at IS NOT NULL THEN {Step.CHECKOUT}
             WHEN way.added_at IS NOT NULL THEN {Step.BASKET} WHEN way.viewed_at IS NOT NULL THEN {Step.VIEW}
             ELSE {Step.VISIT} END)::smallint AS deepest,
       way.viewed_at, way.added_at, way.checkout_at, way.ordered_at, coalesce(way.path, '{{}}') AS path
FROM pz_visit AS visit LEFT JOIN (
    SELECT visit_id, (array_agg(user_id ORDER BY id) FILTER (WHERE user_id IS NOT NULL))[1] AS user_id,
           min(happened_at) FILTER (WHERE touch = 'product') AS viewed_at,
           min(happened_at) FILTER (WHERE touch = 'basket') AS added_at,
           min(happened_at) FILTER (WHERE touch = 'checkout') AS checkout_at,
           min(happened_at) FILTER (WHERE touch = 'order') AS ordered_at,
           ((array_agg(touch ORDER BY id) FILTER (WHERE is_another))[1:{LONGEST_PATH}])::varchar(8)[] AS path
    FROM (
        SELECT *, touch IS NOT NULL AND touch IS DISTINCT FROM lag(touch) OVER (
            PARTITION BY visit_id, touch IS NULL ORDER BY id) AS is_another
        FROM pz_touch
    ) AS touches
    GROUP BY visit_id
) AS way ON way.visit_id = visit.visit_id
"""  # noqa: S608 - words of our own

MAKE = ("ANALYZE pz_touched", _VISITS, "ANALYZE pz_visit", _TOUCHES, _JOURNEYS, "ANALYZE pz_journey")

# Only rows that differ are written, so that an hour in which nothing happened leaves no dead rows behind.
WRITE = f"""
WITH different AS (
    SELECT fresh.* FROM pz_journey AS fresh LEFT JOIN personalization_journey AS known USING (id)
    WHERE known.id IS NULL OR ({", ".join(f"fresh.{name}" for name in COLUMNS)})
                              IS DISTINCT FROM ({", ".join(f"known.{name}" for name in COLUMNS)})
), gone AS (
    DELETE FROM personalization_journey AS known USING pz_touched AS touched
    WHERE known.id = touched.visit_id AND NOT EXISTS (SELECT FROM pz_journey AS fresh WHERE fresh.id = known.id)
    RETURNING 1
), written AS (
    INSERT INTO personalization_journey (id, {_NAMES}) SELECT id, {_NAMES} FROM different ORDER BY id
    ON CONFLICT (id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in COLUMNS)}
    RETURNING 1
)
SELECT (SELECT count(*) FROM written), (SELECT count(*) FROM gone)
"""  # noqa: S608

# Who has said no since is in no figure, nor what they did before: an account by its last answer, a stranger's browser
# by its own.
SAID_NO = (
    """
    DELETE FROM personalization_journey AS one USING personalization_accountconsent AS said
    WHERE said.user_id = one.user_id AND said.changed_at >= %(lately)s AND NOT 'analytics' = ANY(said.purposes)
    """,
    """
    DELETE FROM personalization_journey AS one
    USING personalization_visitor AS visitor, personalization_accountconsent AS said
    WHERE visitor.id = one.visitor_id AND one.user_id IS NULL AND said.user_id = visitor.user_id
      AND said.changed_at >= %(lately)s AND NOT 'analytics' = ANY(said.purposes)
    """,
    """
    DELETE FROM personalization_journey AS one USING (
        SELECT DISTINCT ON (visitor_id) visitor_id, purposes FROM personalization_consentrecord
        WHERE visitor_id IS NOT NULL AND given_at >= %(lately)s ORDER BY visitor_id, id DESC
    ) AS said
    WHERE said.visitor_id = one.visitor_id AND one.user_id IS NULL AND NOT 'analytics' = ANY(said.purposes)
      AND NOT EXISTS (
          SELECT FROM personalization_visitor AS visitor
          WHERE visitor.id = one.visitor_id AND visitor.user_id IS NOT NULL)
    """,
)

# Who was erased while their visits were read: the fingerprint came first, so it stands there by the end.
LEAVE = (
    """
    DELETE FROM personalization_journey AS one USING personalization_erasure AS gone
    WHERE gone.erased_at >= %(began)s AND gone.subject = sha256(uuid_send(one.visitor_id))
    """,
    """
    DELETE FROM personalization_journey AS one USING personalization_erasure AS gone
    WHERE gone.erased_at >= %(began)s AND one.user_id IS NOT NULL
      AND gone.subject = sha256(convert_to('account:' || one.user_id, 'UTF8'))
    """,
)

# Strangers who were forgotten go from here, too.
FORGET_STRANGERS = """
DELETE FROM personalization_journey AS one
WHERE user_id IS NULL AND NOT EXISTS (SELECT FROM personalization_visitor AS known WHERE known.id = one.visitor_id)
"""
