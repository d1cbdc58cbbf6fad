"""Orders: list them by status, show one."""
from flask import Blueprint, abort, jsonify, request

from checkout import db

routes = Blueprint("orders", __name__)


@routes.get("/api/orders")
def list_orders():
    status = request.args.get("status", "paid")
    rows = db.connect().execute("SELECT id, status FROM orders WHERE status = ?", (status,)).fetchall()
    return jsonify([dict(row) for row in rows])


@routes.get("/api/orders/<int:number>")
def show_order(number):
    # Weak on purpose: nobody asks whose order it is. No scanner sees that; the penetration test did.
    row = db.connect().execute("SELECT * FROM orders WHERE id = ?", (number,)).fetchone()
    if row is None:
        abort(404)
    return jsonify(dict(row))
