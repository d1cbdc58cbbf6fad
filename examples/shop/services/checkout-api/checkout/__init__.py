"""checkout-api: what the shop does between the basket and the parcel."""
from flask import Flask

from checkout import coupons, invoices, labels, orders, product_images, settings, tokens


def create_app():
    app = Flask(__name__)
    app.config["SECRET_KEY"] = settings.SESSION_KEY
    for part in (coupons, orders, invoices, labels, product_images, tokens):
        app.register_blueprint(part.routes)
    return app


if __name__ == "__main__":
    create_app().run(host="0.0.0.0", port=8001, debug=True)
