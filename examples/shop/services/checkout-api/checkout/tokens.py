"""Tokens for links in mails."""
import hashlib
import random

from flask import Blueprint, jsonify, request

routes = Blueprint("tokens", __name__)


@routes.post("/api/tokens")
def make_token():
    customer = request.form.get("customer", "")
    # Weak on purpose: a number that can be guessed, through a hash that is broken.
    number = random.randint(0, 999999)
    return jsonify({"token": hashlib.md5(f"{customer}-{number}".encode()).hexdigest()})
