"""Whose profiles are made, and where their events stand: of everybody, or of those who did something of late."""

# Each event with whoever did it: an account, or a stranger. What an unnamed visitor did before it signed in belongs to
# the account that it is linked to. Said as a case, for then nobody looks up the browser of an event with an account.
_EVENT = "one.id, one.kind, one.happened_at, one.product_id, one.variant_id, one.quantity, one.value, one.payload"
EVERYBODY = f"""(
    SELECT coalesce(one.user_id, known.user_id) AS account,
           CASE WHEN one.user_id IS NULL AND known.user_id IS NULL THEN one.visitor_id END AS stranger, {_EVENT}
    FROM personalization_event AS one
    LEFT JOIN personalization_visitor AS known ON known.id = CASE WHEN one.user_id IS NULL THEN one.visitor_id END
    WHERE one.traffic = 'shopper' AND one.id < %(until)s AND (one.user_id IS NOT NULL OR one.visitor_id IS NOT NULL)
) AS deed"""  # noqa: S608 - words of our own
TOUCHED = "pz_deed AS deed"

# Those of whom the log has something new, and those whose past was changed; the notes of the latter are taken off.
TOUCHED_TABLE = "CREATE TEMPORARY TABLE pz_touched (person uuid PRIMARY KEY, account bigint) ON COMMIT DROP"
TOUCH = """
WITH noted AS (
    DELETE FROM personalization_profilenote RETURNING user_id, visitor_id
), met AS (
    SELECT user_id, visitor_id FROM noted
    UNION SELECT user_id, visitor_id FROM personalization_event
    WHERE id >= %(since)s AND id < %(until)s AND traffic = 'shopper'
)
INSERT INTO pz_touched
SELECT DISTINCT personalization_person(coalesce(met.user_id, known.user_id), met.visitor_id),
       coalesce(met.user_id, known.user_id)
FROM met LEFT JOIN personalization_visitor AS known ON known.id = met.visitor_id
WHERE met.user_id IS NOT NULL OR met.visitor_id IS NOT NULL
"""

# All that they ever did. Of a few, by three walks along an index, however long the log is; of many, by one look at each
# row of the log, which costs as much as that many walks. To ask of each row whether its person is one of them is half
# the work of joining; but a list that is too long for memory would be gone through for each row.
MANY, MOST = 0.02, 1_000_000
TABLES = ("pz_touched", "pz_deed", "pz_browser")
_COLLECTED = "ANALYZE pz_deed (account, stranger, kind, product_id)"
COLLECT_FEW = (
    f"""
    CREATE TEMPORARY TABLE pz_deed ON COMMIT DROP AS
    SELECT touched.account, NULL::uuid AS stranger, {_EVENT}
    FROM pz_touched AS touched JOIN personalization_event AS one ON one.user_id = touched.account
    WHERE one.traffic = 'shopper' AND one.id < %(until)s
    UNION ALL
    SELECT touched.account, NULL, {_EVENT}
    FROM pz_touched AS touched JOIN personalization_visitor AS known ON known.user_id = touched.account
    JOIN personalization_event AS one ON one.visitor_id = known.id
    WHERE one.user_id IS NULL AND one.traffic = 'shopper' AND one.id < %(until)s
    UNION ALL
    SELECT NULL, touched.person, {_EVENT}
    FROM pz_touched AS touched JOIN personalization_event AS one ON one.visitor_id = touched.person
    WHERE touched.account IS NULL AND one.user_id IS NULL AND one.traffic = 'shopper' AND one.id < %(until)s
    """,  # noqa: S608
    _COLLECTED,
)
_BROWSERS = (
    """
    CREATE TEMPORARY TABLE pz_browser ON COMMIT DROP AS
    SELECT known.id, known.user_id AS account
    FROM pz_touched AS touched JOIN personalization_visitor AS known ON known.user_id = touched.account
    UNION ALL SELECT person, NULL FROM pz_touched WHERE account IS NULL
    """,
    "ANALYZE pz_browser",
)
_PAST = f"""
CREATE TEMPORARY TABLE pz_deed ON COMMIT DROP AS
SELECT coalesce(one.user_id, browser.account) AS account,
       CASE WHEN one.user_id IS NULL AND browser.account IS NULL THEN one.visitor_id END AS stranger, {_EVENT}
FROM {{those}} AS one
LEFT JOIN pz_browser AS browser ON browser.id = CASE WHEN one.user_id IS NULL THEN one.visitor_id END
"""  # noqa: S608
_THOSE = f"""(
    SELECT user_id, visitor_id, {_EVENT} FROM personalization_event AS one
    WHERE traffic = 'shopper' AND id < %(until)s AND (
        user_id IN (SELECT account FROM pz_touched WHERE account IS NOT NULL)
        OR user_id IS NULL AND visitor_id IN (SELECT id FROM pz_browser))
)"""  # noqa: S608
COLLECT_MANY = (*_BROWSERS, _PAST.format(those=_THOSE), _COLLECTED)
_OF_MOST = """
LEFT JOIN pz_touched AS touched ON touched.account = one.user_id
WHERE one.traffic = 'shopper' AND one.id < %(until)s AND (touched.account IS NOT NULL OR browser.id IS NOT NULL)
"""
COLLECT_MOST = (*_BROWSERS, _PAST.format(those="personalization_event") + _OF_MOST, _COLLECTED)
PEOPLE = "SELECT greatest(reltuples, 0) FROM pg_class WHERE oid = 'personalization_profile'::regclass"

# Who said no or was erased has no profile: an account whose last answer lacks personalization, or that has given none
# since it was erased; a browser whose last answer lacks it, or that was erased.
UNWANTED = (
    """
    DELETE FROM pz_people AS one USING personalization_accountconsent AS said
    WHERE said.user_id = one.account AND NOT 'personalization' = ANY(said.purposes)
    """,
    """
    DELETE FROM pz_people AS one USING personalization_erasure AS gone
    WHERE one.account IS NOT NULL AND gone.subject = sha256(convert_to('account:' || one.account, 'UTF8'))
      AND NOT EXISTS (SELECT FROM personalization_accountconsent AS anew WHERE anew.user_id = one.account)
    """,
    """
    DELETE FROM pz_people AS one USING personalization_erasure AS gone
    WHERE one.account IS NULL AND gone.subject = sha256(uuid_send(one.person))
    """,
    """
    DELETE FROM pz_people AS one USING (
        SELECT DISTINCT ON (visitor_id) visitor_id, purposes FROM personalization_consentrecord
        WHERE visitor_id IS NOT NULL ORDER BY visitor_id, id DESC
    ) AS said
    WHERE one.account IS NULL AND said.visitor_id = one.person AND NOT 'personalization' = ANY(said.purposes)
    """,
)
