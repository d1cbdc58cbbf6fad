"""Invoices: suppliers send them as YAML."""
import yaml
from flask import Blueprint, jsonify, request

routes = Blueprint("invoices", __name__)


@routes.post("/api/invoices")
def import_invoice():
    invoice = yaml.safe_load(request.get_data())
    return jsonify({"lines": len(invoice.get("lines", []))})
