"""Refuse, in the database itself, every change of an event and every edit of a report."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# An event never changes and never goes. A report changes from the inbox form it waits as (its first byte is the `a` of an
# age file, 61) to the document that a reader made of it (01); and from a document to the next version of it, where a
# re-key seals the same words under another key. Databases from before that get it with migration 0005.
# (IS, not =: of an empty blob SQLite's substr is NULL, which would let it through.)
SQLITE = """
CREATE TRIGGER IF NOT EXISTS event_never_changes BEFORE UPDATE ON incidents_event
BEGIN SELECT RAISE(ABORT, 'an event never changes'); END;
CREATE TRIGGER IF NOT EXISTS event_never_goes BEFORE DELETE ON incidents_event
BEGIN SELECT RAISE(ABORT, 'an event never goes'); END;
CREATE TRIGGER IF NOT EXISTS report_is_never_edited BEFORE UPDATE ON incidents_report
WHEN NOT (substr(NEW.sealed, 1, 1) IS x'01'
          AND ((substr(OLD.sealed, 1, 1) IS x'61' AND NEW.version = OLD.version)
               OR (substr(OLD.sealed, 1, 1) IS x'01' AND NEW.version = OLD.version + 1))
          AND OLD.id = NEW.id AND OLD.incident_id = NEW.incident_id AND OLD.number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'a report is never edited'); END;
"""
POSTGRESQL = """
CREATE FUNCTION testigo_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is not allowed on %', TG_OP, TG_TABLE_NAME; END $$;
CREATE TRIGGER event_never_changes BEFORE UPDATE OR DELETE ON incidents_event
FOR EACH ROW EXECUTE FUNCTION testigo_refuse();
CREATE TRIGGER report_is_never_edited BEFORE UPDATE ON incidents_report FOR EACH ROW
WHEN (NOT (substring(NEW.sealed from 1 for 1) = '\\x01'
           AND ((substring(OLD.sealed from 1 for 1) = '\\x61' AND NEW.version = OLD.version)
                OR (substring(OLD.sealed from 1 for 1) = '\\x01' AND NEW.version = OLD.version + 1))
           AND OLD.id = NEW.id AND OLD.incident_id = NEW.incident_id AND OLD.number = NEW.number))
EXECUTE FUNCTION testigo_refuse();
"""


def add(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Add the triggers of the database at hand."""
    del apps
    vendor = editor.connection.vendor
    if vendor == "sqlite":
        with editor.connection.cursor() as cursor:
            for statement in SQLITE.split("END;")[:-1]:
                cursor.execute(statement + "END;")
    elif vendor == "postgresql":
        editor.execute(POSTGRESQL, params=None)  # with parameters a % would be a placeholder


def drop(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers away again."""
    del apps
    vendor = editor.connection.vendor
    for name, table in (
        ("event_never_changes", "incidents_event"),
        ("event_never_goes", "incidents_event"),
        ("report_is_never_edited", "incidents_report"),
    ):
        on = "" if vendor == "sqlite" else f" ON {table}"
        editor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
    if vendor == "postgresql":
        editor.execute("DROP FUNCTION IF EXISTS testigo_refuse()")


class Migration(migrations.Migration):
    """Triggers only."""

    dependencies = [("incidents", "0001_initial")]
    operations = [migrations.RunPython(add, drop)]
