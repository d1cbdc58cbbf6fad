"""Settings of checkout-api. All values are invented."""
import os

DATABASE_FILE = os.environ.get("CHECKOUT_DATABASE", "checkout.sqlite")

# Weak on purpose: credentials in source.
DATABASE_URL = "postgres://checkout:larkspur-not-a-real-password-1@db.larkspur.example:5432/checkout"
SESSION_KEY = "not-a-real-session-key-2f9d8c7b6a51"
WEBHOOK_SECRET = "not-a-real-webhook-secret-93be04d1"
