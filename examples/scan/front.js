"use strict";
// Stands in for the ingress while Wapiti looks: TLS on port 443, /api to checkout-api, the rest to storefront-web.
// node front.js CERTIFICATE KEY
const fs = require("fs");
const http = require("http");
const https = require("https");

const [certificate, key] = process.argv.slice(2).map((path) => fs.readFileSync(path));

https
  .createServer({ cert: certificate, key }, (request, response) => {
    const port = request.url.startsWith("/api") ? 8001 : 3000;
    const onward = http.request(
      { host: "127.0.0.1", port, path: request.url, method: request.method, headers: request.headers },
      (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on("error", () => response.writeHead(502).end());
    request.pipe(onward);
  })
  .listen(443, "127.0.0.1");
