"""A small SQLite database, filled with sample rows when it is new."""
import sqlite3

from checkout import settings

SCHEMA = """
CREATE TABLE IF NOT EXISTS coupons (code TEXT PRIMARY KEY, percent INTEGER);
CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, customer TEXT, status TEXT, total REAL);
INSERT OR IGNORE INTO coupons VALUES ('SPRING', 10), ('STAFF', 40);
INSERT OR IGNORE INTO orders VALUES (1, 'ada', 'paid', 24.5), (2, 'grace', 'sent', 80.0);
"""


def connect():
    connection = sqlite3.connect(settings.DATABASE_FILE)
    connection.row_factory = sqlite3.Row
    connection.executescript(SCHEMA)
    return connection
