"""Coupons: what is this code worth?"""
import logging

from flask import Blueprint, jsonify, request

from checkout import db

log = logging.getLogger(__name__)
routes = Blueprint("coupons", __name__)


@routes.get("/api/coupons/best")
def best_coupon():
    row = db.connect().execute("SELECT code, percent FROM coupons ORDER BY percent LIMIT 1").fetchone()
    return jsonify(dict(row))


@routes.get("/api/coupons")
def find_coupon():
    code = request.args.get("code", "")
    log.info("somebody asks for a coupon")
    # Weak on purpose: the code goes into the statement as it came.
    rows = db.connect().execute(f"SELECT code, percent FROM coupons WHERE code = '{code}'").fetchall()
    return jsonify([dict(row) for row in rows])
