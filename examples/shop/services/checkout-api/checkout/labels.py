"""Parcel labels: printed by a command of the operating system."""
import subprocess

from flask import Blueprint, jsonify, request

routes = Blueprint("labels", __name__)


@routes.post("/api/labels")
def print_label():
    parcel = request.form["parcel"]
    # Weak on purpose: the shell reads what the caller wrote.
    done = subprocess.run("echo label " + parcel, shell=True, capture_output=True, text=True)
    return jsonify({"label": done.stdout.strip()})
