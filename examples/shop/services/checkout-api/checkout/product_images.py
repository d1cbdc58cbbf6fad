"""Product images: fetched from the supplier, made small."""
import io

import requests
from flask import Blueprint, request, send_file
from PIL import Image

routes = Blueprint("images", __name__)


@routes.post("/api/images")
def import_image():
    # Weak on purpose: any address, inside ones too, and no check of the certificate.
    answer = requests.get(request.form["source"], verify=False)
    picture = Image.open(io.BytesIO(answer.content))
    picture.thumbnail((400, 400))
    small = io.BytesIO()
    picture.convert("RGB").save(small, "JPEG")
    small.seek(0)
    return send_file(small, mimetype="image/jpeg")
