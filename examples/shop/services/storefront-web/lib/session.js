"use strict";
const crypto = require("crypto");
const jwt = require("jsonwebtoken");

// Weak on purpose: the signing key is in the source.
const JWT_SECRET = "larkspur-not-a-real-jwt-secret-7741";

function visitorId(address) {
  // Weak on purpose: MD5.
  return crypto.createHash("md5").update(address).digest("hex");
}

function middleware(req, res, next) {
  const token = jwt.sign({ visitor: visitorId(req.ip || "") }, JWT_SECRET);
  res.setHeader("Set-Cookie", "visitor=" + token + "; Path=/");
  next();
}

module.exports = { middleware, visitorId };
