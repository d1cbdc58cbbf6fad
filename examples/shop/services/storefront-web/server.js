"use strict";
// storefront-web: the pages that customers see.
const express = require("express");

const session = require("./lib/session");

const app = express();
app.use(express.static("public"));
app.use(session.middleware);

app.get("/", (req, res) => {
  res.send(`<!doctype html>
<html lang="en"><head><title>Larkspur</title><script src="/cart.js" defer></script></head><body>
<h1>Larkspur</h1>
<form action="/search"><input name="q"><button>Search</button></form>
<form action="/api/coupons"><input name="code" value="SPRING"><button>Check coupon</button></form>
<a href="/api/orders?status=paid">Paid orders</a>
<a href="/go?to=/">Back to the start</a>
<a href="/price?formula=2*3">Price of three</a>
<a href="/manual?name=cart.js">Manual</a>
<div id="cart"></div>
</body></html>`);
});

app.use(require("./routes/search"));
app.use(require("./routes/go"));
app.use(require("./routes/pricing"));
app.use(require("./routes/files"));

if (require.main === module) {
  app.listen(process.env.PORT || 3000);
}

module.exports = app;
