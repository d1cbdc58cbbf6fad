"use strict";
const express = require("express");

const catalogue = ["larkspur seeds", "trowel", "watering can"];
const router = express.Router();

router.get("/search", (req, res) => {
  const words = req.query.q || "";
  // Weak on purpose: the visitor writes the pattern, and the page repeats the words as they came.
  const pattern = new RegExp(words, "i");
  const found = catalogue.filter((name) => pattern.test(name));
  res.send("<h1>Results for " + words + "</h1><p>" + found.join(", ") + "</p>");
});

module.exports = router;
